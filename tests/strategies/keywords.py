"""Keywords as people, keyboards and apps leave them."""

PLAIN = (
    "bóng đá", "anime", "phim hài", "naruto", "venom anime", "LUU L", "bong da", "BÓNG ĐÁ", "Bóng Đá",
    "vtv1", "phim",
)  # fmt: skip

# Spellings of a few keys, other scripts, and what stands in the dictionary only as whole words.
ODD = (
    "bo\u0301ng đa\u0301", "b\u200bóng đá", "bóng\tđá", "bóng\nđá", "bóng\r\nđá",
    "\u00a0bóng \u3000 đá ", "bóng\x85đá", "bóng\x00 đá\x7f", "bóng-đá", "bóng\u2028đá", "\ufeffanime",
    "an\u2060ime", "ANIME!!!", "xem bóng đá việt nam hôm nay", "bongda", "bóng đá tv",
    "naruto shippuden", "anime venom", "phim hài hàn quốc", "🎉", "🎉 🎉", "!!!", "Đ", "đ", "日本",
    "ภาพยนตร์", "قناة", "VTV①", "vtv１", "vtv\u0661", "x²", "½ giờ", "Ⅷ", "⑩", "ﬁlm", "İstanbul", "Å",
    "A\u030a", "o\u031b\u0301", "ơ\u0301", "e\u200d\u0301", "<phone>", "phone", "card", "🇻🇳 vtv1",
    "👨\u200d👩\u200d👧", "a\u1ab0b", "ĐÁ BÓNG", "tìm \"phim\", hay", "a,b", "\x1cphim",
    "\U0001d7cf\U0001d7d0", "९", "\u0e51", 360, "360", "Năm 2022", "\u1680phim\u205f",
)  # fmt: skip

NONE = (None, "", " ", "\u200b", "\n\t", "\x00\u200d", "\ufeff \u2060", "\u3000", "\x1f")

UI = (
    "Tìm kiếm bằng giọng nói", "TÌM KIẾM BẰNG GIỌNG NÓI",
    "Ti\u0300m kiê\u0301m bă\u0300ng gio\u0323ng no\u0301i", "SearchFragmentV2",
    " searchfragmentv2\u200b", "prime\u00a0 provider", "Prime Provider", "prime provider 2",
    "SearchFragmentV\u0662", "tim kiem bang giong noi",
)  # fmt: skip

PERSONAL = (
    # phone numbers
    "0912345678", "+84912345678", "84912345678", "840912345678", "+840912345678", "0 91 234-56.78",
    "gọi 0912345678 nhé", "٠٩١٢٣٤٥٦٧٨", "۰۹۱۲۳۴۵۶۷۸", "０９１２３４５６７８", "⓪⑨①②③④⑤⑥⑦⑧",
    "0\ufe0f\u20e3912345678", "5+84912345678", "1 0912345678", "0 +84912345678", "0912+345678",
    "+ 84912345678", "++84912345678", "a0912345678b", "0912345678 9", "0912🎉345🎉678",
    "0912\u200b345678", "8-4 912 345 678", "0\u0301912345678", "0912345678a0387654321",
    "(084) 091234567", "0912 ab 0987654321", "84 0 912345678", "0 84912345678",
    "+84.0.3.8.7.6.5.4.3.2.1", "0912/345/678!", "sđt:0912345678",
    # nearly phone numbers
    "0112345678", "091234567", "09123456789", "10912345678", "0912 345 6789", "091a2345678",
    "8412345678", "0412345678", "8400912345", "0912½345678", "091234ⅷ5678", "+0912345678",
    "2 84912345678", "+8491234567", "0912345⑩678",
    # e-mail addresses
    "me@example.com", "a.b+c%d_e-f@mail.example.co.vn", "viết me@example.vn hoặc 0912345678",
    "0912345678@example.vn", "me@x.vn.", "đnam@fpt.vn", "me@x.vn4111111111111111", "a@b.c1.com",
    "me@x-y.z-t.info", "m\u200be@example.com", "ME@EXAMPLE.COM", "a@b.cc@d.ee",
    "4111 1111 me@x.vn 1111 1111",
    # nearly e-mail addresses
    "me@x.v", "me@", "@x.com", "me@x..com", "me@xcom", "me＠example.com", "me @x.com", "me@10.0.0.1",
    "me@x.c\u0301om",
    # cards
    "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1", "thẻ 4111 1111 1111 1111!!!",
    "2019 2020 2021 2022", "0912345678 0987654321", "12+84912345678", "411111111111①",
    "4-1-1-1-1-1-1-1-1-1-1-1-1", "+84912345678 123", "(4111111111111)", "4111111111111a4222222222222",
    "4111 🎉 1111 🎉 1111 🎉 1111", "٤١١١ ١١١١ ١١١١ ١١١١", "1234567890123 @x.vn",
    # nearly cards
    "123456789012", "411111a1111111", "4111 1111 1111 và 1111", "41111½1111111", "2019 2020 2021",
)  # fmt: skip
