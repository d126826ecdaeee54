"""Pages for people who don't write SQL: a month, and one customer's months. Each is one HTML file that needs no network.

`month_figures.py` and `customer_figures.py` read what a page shows, `month_page.py` and `customer_page.py` make a page of
it, with the charts of `svg.py` and the parts of `html.py`. A page is a function of the lake alone: it holds no time of its
making, so the same tables give the same bytes.
"""
