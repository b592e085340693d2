"""Words that names of companies are built from; the combinations are made in SQL, the readings of the words in Python."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CITIES = _words("""
    上海 宁波 舟山 青岛 天津 大连 广州 深圳 厦门 南京 苏州 杭州 武汉 重庆 成都 烟台 日照 连云港 唐山 营口 锦州 福州 泉州 汕头 湛江 北海
    防城港 海口 温州 台州 嘉兴 无锡 南通 镇江 扬州 芜湖 九江 长沙 岳阳 宜昌 珠海 东莞 佛山 中山 江门 秦皇岛 威海 潍坊 徐州 合肥 郑州
    济南 西安 昆明 南昌 石家庄 太原 沈阳 长春 哈尔滨
""")
FIRST = _words("海 华 中 远 顺 通 达 鑫 恒 荣 泰 宏 盛 瑞 安 新 联 金 大 东 南 北 天 兴 嘉 永 德 和 润 丰 港 洋 航 锦 捷 诚 信 广 振 汇")
SECOND = _words("运 昌 达 丰 洋 通 利 盛 源 隆 泰 信 航 发 顺 华 诚 捷 瑞 安 江 海 联 益 腾 辉 润 驰 祥 邦 茂 业 宇 威 康")
BUSINESSES = _words("""
    物流 国际货运代理 船务代理 航运 贸易 国际贸易 供应链管理 集装箱运输 仓储 港务 石油化工 矿业 钢铁 粮油 煤炭销售 木业 建材 汽车销售
    机械设备 电子科技 食品 纺织 化肥 进出口 船舶管理 报关服务 多式联运 冷链物流
""")
FORMS = _words("有限公司 有限责任公司 股份有限公司 集团有限公司 （集团）有限公司")
ENGLISH_FIRST = _words("""
    Pacific Orient Harbour Northern Eastern Golden Silver United Global Maritime Ocean Coastal Delta Summit Crown Anchor Atlas Meridian
    Horizon Cascade Zephyr Quayside Beacon Compass Frontier
""")
ENGLISH_SECOND = _words("""
    Shipping Logistics Trading Forwarding Commodities Resources Minerals Petroleum Steel Grain Lines Carriers Supply Agencies
""")
ENGLISH_FORMS = ("Co., Ltd.", "Pte. Ltd.", "GmbH", "Inc.", "Ltd.", "B.V.")
RARE = "稀见"  # a pair of characters only one company in a thousand carries
