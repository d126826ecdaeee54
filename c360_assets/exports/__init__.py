"""An audience as files, for those who don't read the lake.

What belongs here: who is a member, who entered and who left, the files, and the manifest beside them. What does not: what
an audience is (`reference/audiences.py`) and how its members are found (`profile/audience_members.py`).
"""
