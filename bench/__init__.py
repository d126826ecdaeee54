"""The benchmark, run as `python -m bench`: what this project costs, beside what people would write by hand.

`compare`, `scale` and `inside` hold a measurement each, `latency` the fourth; `rivals` what is measured beside this project;
`results` the tables of the last measurements. What is measured itself belongs in the packages of the project.
"""
