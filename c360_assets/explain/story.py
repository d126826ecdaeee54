"""The main figures of a profile, by side: what an explanation shows first, on the terminal and on a customer's page."""

STORY = {
    "customer": ("users", "as_of", "watch_month", "matched"),
    "watching": ("seconds_total", "active_days", "devices", "apps", "most_watch", "taste", "lift_category", "lift"),
    "segments": ("user_type", "activeness", "clinginess", "lifecycle", "watch_trend", "rfm", "rfm_group"),
    "searching": ("searches", "entered", "most_search", "search_category", "trending_type", "previous"),
}
