"""What the sample's customers search for, most popular first, and how popular each topic is.

The list is the sample's own, and not the keyword dictionary of the reference data: a sample must not change
because somebody adds a phrase there. The phrases of the last topic are invented, so that some searches fit
no category, as in the real log.
"""

TOPICS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("cartoons", 14, (
        "Tom và Jerry", "Tom and Jerry", "Peppa Pig", "Heo Peppa", "Paw Patrol", "Đội chó cứu hộ",
        "Những chú chó cứu hộ", "Cocomelon", "Baby Shark", "Pinkfong", "BabyBus", "Baby Bus", "Super Simple Songs",
        "Pororo", "Chim cánh cụt Pororo", "Masha và chú Gấu",
    )),
    ("k_drama", 12, (
        "Hạ cánh nơi anh", "Crash Landing on You", "Hậu duệ mặt trời", "Descendants of the Sun", "Yêu tinh", "Goblin",
        "Hẹn hò chốn công sở", "Business Proposal", "Cuộc chiến thượng lưu", "Penthouse", "The Penthouse",
        "Trò chơi con mực", "Squid Game", "Ngôi trường xác sống", "All of Us Are Dead", "Itaewon Class",
    )),
    ("c_drama", 11, (
        "Tây du ký", "Tam quốc diễn nghĩa", "Tân Tam quốc", "Hồng lâu mộng", "Thủy hử", "Bao Thanh Thiên",
        "Hoàn Châu cách cách", "Chân Hoàn truyện", "Hậu cung Chân Hoàn truyện", "Như Ý truyện", "Diên Hy công lược",
        "Võ Tắc Thiên", "Võ Mỵ Nương truyền kỳ", "Tam sinh tam thế thập lý đào hoa", "Chẩm thượng thư",
        "Hoa thiên cốt",
    )),
    ("sports", 9, (
        "Bóng đá", "Bóng đá trực tiếp", "Trực tiếp bóng đá", "Bóng đá Việt Nam", "Xem bóng đá", "Kết quả bóng đá",
        "Highlight bóng đá", "Lịch thi đấu bóng đá", "Ngoại hạng Anh", "Premier League", "Cúp C1", "Champions League",
        "Cúp C1 châu Âu", "Europa League", "La Liga", "Serie A",
    )),
    ("vietnamese_films", 9, (
        "Hương vị tình thân", "Về nhà đi con", "Cây táo nở hoa", "Thương ngày nắng về", "Người phán xử",
        "Sống chung với mẹ chồng", "Quỳnh búp bê", "Hoa hồng trên ngực trái", "Tình yêu và tham vọng",
        "Hướng dương ngược nắng", "11 tháng 5 ngày", "Phố trong làng", "Lối nhỏ vào đời", "Gara hạnh phúc", "Đấu trí",
        "Đừng nói khi yêu",
    )),
    ("tv_channels", 8, (
        "VTV", "VTV1", "VTV2", "VTV3", "VTV4", "VTV5", "VTV6", "VTV7", "VTV8", "VTV9", "VTV1 HD", "VTV3 HD",
        "VTV Cần Thơ", "VTV Go", "VTVcab", "ON Sports",
    )),
    ("anime", 7, (
        "Naruto", "Naruto Shippuden", "Boruto", "One Piece", "Đảo hải tặc", "Dragon Ball", "Dragon Ball Super",
        "7 viên ngọc rồng", "Bảy viên ngọc rồng", "Thám tử lừng danh Conan", "Thám tử Conan", "Detective Conan",
        "Doraemon", "Doraemon và Nobita", "Nobita và những người bạn", "Shin cậu bé bút chì",
    )),
    ("action_scifi", 7, (
        "Người Nhện", "Spider-Man", "Người Sắt", "Iron Man", "Avengers", "Biệt đội siêu anh hùng",
        "Avengers: Hồi kết", "Avengers: Cuộc chiến vô cực", "Captain America", "Thor: Love and Thunder",
        "Black Panther", "Chiến binh báo đen", "Doctor Strange", "Phù thủy tối thượng", "Vệ binh dải ngân hà",
        "Guardians of the Galaxy",
    )),
    ("music", 6, (
        "Sơn Tùng M-TP", "Sơn Tùng", "Chạy ngay đi", "Hãy trao cho anh", "Có chắc yêu là đây", "Mỹ Tâm",
        "Đàm Vĩnh Hưng", "Đan Nguyên", "Quang Lê", "Như Quỳnh", "Lệ Quyên", "Phi Nhung", "Mạnh Quỳnh", "Tuấn Vũ",
        "Chế Linh", "Giao Linh",
    )),
    ("variety_shows", 6, (
        "Rap Việt", "King of Rap", "Người ấy là ai", "Running Man", "Running Man Việt Nam", "Chạy đi chờ chi",
        "2 ngày 1 đêm", "Hai ngày một đêm", "Ai là triệu phú", "Đường lên đỉnh Olympia", "Olympia",
        "Chiếc nón kỳ diệu", "Hãy chọn giá đúng", "Rung chuông vàng", "Siêu trí tuệ", "Siêu trí tuệ Việt Nam",
    )),
    ("horror", 4, (
        "Phim ma", "Phim Saw", "Phim kinh dị", "Phim ma Thái Lan", "Phim kinh dị Mỹ", "Phim ma Việt Nam",
        "Phim ma Hàn Quốc", "Phim ma cà rồng", "Phim cương thi", "Phim zombie", "Phim xác sống", "Phim rùng rợn",
        "Truyện ma", "Chuyện ma", "Truyện ma Nguyễn Ngọc Ngạn", "Ma sơ",
    )),
    ("comedy", 4, (
        "Hài Hoài Linh", "Hoài Linh", "Hài Trấn Thành", "Hài Trường Giang", "Hài Việt Nam", "Hài tết", "Hài kịch",
        "Hài Bắc", "Hài Xuân Bắc", "Hài Chí Trung", "Hài Vân Sơn", "Vân Sơn Bảo Liêm", "Hài Xuân Hinh", "Xuân Hinh",
        "Hài Quang Tèo", "Hài Công Lý",
    )),
    ("western_series", 3, (
        "Game of Thrones", "Trò chơi vương quyền", "House of the Dragon", "Gia tộc rồng", "Stranger Things",
        "Cậu bé mất tích", "Money Heist", "Phi vụ triệu đô", "La Casa de Papel", "Breaking Bad", "Better Call Saul",
        "Peaky Blinders", "Bóng ma Anh Quốc", "The Witcher", "Thợ săn quái vật", "Wednesday Addams",
    )),
    ("news_documentary", 3, (
        "Thời sự 19h", "Thời sự VTV", "Chương trình thời sự", "Bản tin thời sự", "Tin tức", "Tin tức 24h",
        "Chuyển động 24h", "Tin tức mới nhất", "Tin bão", "Dự báo thời tiết", "Thời tiết hôm nay",
        "Tài chính kinh doanh", "Cà phê sáng", "Chào buổi sáng", "An ninh 24h", "An ninh thế giới",
    )),
    ("romance_drama", 2, (
        "Titanic", "La La Land", "Kiêu hãnh và định kiến", "Pride and Prejudice", "The Notebook", "Nhật ký tình yêu",
        "Chạng vạng", "Twilight", "50 sắc thái", "Năm mươi sắc thái", "Fifty Shades of Grey", "After: Ngang trái",
        "Trước ngày em đến", "Me Before You", "Cuốn theo chiều gió", "Gone with the Wind",
    )),
    ("thai_drama", 2, (
        "Phim Thái Lan", "Phim Thái", "Phim bộ Thái Lan", "Phim Thái thuyết minh", "Phim Thái lồng tiếng",
        "Phim tình cảm Thái Lan", "Phim đam mỹ Thái", "Chiếc lá bay", "Chiếc lá cuốn bay",
        "Ngược dòng thời gian để yêu anh", "Love Destiny", "Nữ thần rắn", "Trái tim bị đánh cắp",
        "Tình yêu không có lỗi lỗi ở bạn thân", "Friend Zone", "Thiên tài bất hảo",
    )),
    ("unknown", 24, (
        "tập cuối vietsub", "phần 2 trọn bộ", "xem lại hôm qua", "kênh 35", "mở khóa trẻ em", "gói cước tháng này",
        "cách chỉnh âm lượng", "ngày mai chiếu gì", "chiếu lại tối qua", "bản đẹp full", "tập 12", "tập 45",
        "sút phạt đẹp", "cô Ba bán bún", "xóm trọ vui", "chú Tư lái đò", "mẹ con Cám Cúc", "gánh hàng khuya",
        "quê ngoại mùa lúa", "bếp nhà dì Sáu", "chợ nổi sáng sớm", "vườn nhà ông Bảy", "đám cưới miệt vườn",
        "đêm trăng rằm phố cổ", "đường về xứ lạ", "sương trên đồi chè", "tiếng mưa mái tôn", "chiếc nón bài hát",
        "bài thơ lớp một", "con đường gốm", "xưởng mộc chú Năm", "hồ cá sân sau", "thuyền giấy trôi",
        "ngõ nhỏ cuối năm", "căn gác mưa bay", "phi cơ giấy",
    )),
)  # fmt: skip
"""(topic, weight, phrases)"""
