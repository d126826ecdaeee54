"""What lands in identity/: links between contracts and users. Which of them are used is decided in `c360_assets/cleaning`."""

from resources.landing.layout import Layout

LAYOUT = Layout(
    folder="identity",
    fields=(("contract", "contract"), ("user_id", "user_id"), ("source", "source")),
    needed=("contract", "user_id"),
    erased_by=(("contract", "contract"), ("user_id", "user")),
    ids=("contract", "user_id"),
)
