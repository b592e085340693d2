"""Words by which a name is told from other words: surnames, titles, words that look like names. For analysis/masking.py."""

# Surnames that hardly begin another word before a title: 王经理, 小李, 张总.
STEADY = frozenset(
    "王李张刘陈杨赵吴徐孙朱胡郭罗郑梁谢宋唐韩冯邓曹彭萧肖潘袁蔡蒋杜魏苏吕丁沈姚卢姜崔谭陆汪廖贾韦邱侯邹孟秦薛阎郝邵龚尹贺倪樊莫聂兰覃翟颜"
)
# Surnames that are the end of a usual word too, and the signs before them that make it one, as 提高 or 任何.
UNSTEADY = {
    "高": "提最很较更太过不升增偏新", "何": "任如为几", "余": "其多剩业", "周": "每本上下一两几", "曾": "不未",
    "程": "流过工日课行进", "方": "地对双我各官甲乙多一三港货船厂外中资买卖他警", "关": "海相有无报清通", "车": "货卡拖汽集单",
    "管": "主监保只不尽", "成": "完达", "任": "主责担信", "应": "供反响对相", "马": "", "石": "", "江": "长", "常": "非经日正",
    "安": "公治保", "平": "水和公", "万": "千百十几一二三四五六七八九", "金": "现资奖租押佣罚基", "黄": "", "田": "", "叶": "",
    "夏": "", "白": "明", "钱": "付收", "林": "", "温": "", "季": "", "洪": "", "华": "", "许": "也允", "武": "", "严": "",
    "史": "历", "向": "方", "于": "对关由属至位等处小大终基鉴", "牛": "", "董": "", "戴": "", "范": "规", "段": "阶时", "雷": "",
    "孔": "", "康": "健", "毛": "", "顾": "照回", "傅": "师", "钟": "分", "陶": "", "齐": "整", "葛": "", "柳": "", "鲁": "",
    "路": "公铁道", "单": "提订菜运报舱清账", "项": "事款一各",
}  # fmt: skip
RARE = frozenset("车单项管应向成任")  # 车队长, 向经理反映: before a title these are words far oftener than names
COMPOUND = ("欧阳", "上官", "司马", "诸葛", "司徒", "慕容", "皇甫", "尉迟", "令狐", "东方", "夏侯")

TITLES = (
    "先生", "女士", "小姐", "经理", "总监", "主任", "师傅", "科长", "处长", "部长", "主管", "队长", "班长", "老师", "老板",
    "会计", "书记", "站长", "船长", "同志", "副总", "董事长", "总经理",
)  # fmt: skip
GENTLE = ("先生", "女士", "小姐")  # a whole name may stand before these and nothing else does
# 王总, 李工, 张姐: one sign, and not the beginning of 总体, 总是, 工作.
SHORT_TITLES = "(?:总(?![体是量数共和计额部之结会算公经监])|工(?![作人时序艺具业资程单期地厂])|姐|哥|董(?!事)|局(?![面部限])|队(?![列伍]))"
BEFORE_A_NAME = "找问给和与跟请向对由让叫是的了"  # an unsteady surname with a short title is one only after these or at a beginning

_COMMON = """
高兴 高峰 高明 高效 高级 高速 方便 方正 方向 方法 安全 安静 安宁 安排 安心 平安 平均 平时 平稳 和平 文明 文件 明白 明确 明天
明显 白天 白班 成功 成本 成品 成为 常规 常用 周到 周全 周期 周边 周转 马上 马力 于是 金融 金额 黄金 万一 石油 石材 江山 王牌
国王 张力 张开 程序 程度 曾经 任务 任何 任意 余地 余额 何时 何况 田地 夏天 夏季 许多 许可 单位 单证 单据 关于 关系 关键 关注
关闭 车队 车辆 车间 管理 管用 路线 路程 计划 计费 项目 华东 温和 温度 洪水 海关 海运 连续 边界 时间 时效 应该 应急 应用 应收
全部 全面 严格 严重 易于 容易 毕竟 向前 古老 宁愿 申请 申报 强大 冷静 冷藏 钟头 房间 靠谱 经常 经理 康复 齐全 顾客 顾问 段落
范围 范本 戴上 史上 雷雨 毛病 毛重 钱款 牛肉 叶片 林业 季度 季节 武力 水平 包装 危险 空闲 左右 习惯 东西 南方 北方 宫殿 甘愿
卓越 祝福 商品 商务 游客
"""
_LATIN = """
long young price berry king may will mark grace gate port good best rich page song sun can men she bin ran hang sang dong
gang pan tan man you ship crane hall hill wood lake brown white black green gray grey day west north east south bill box rose
june april august summer winter frank faith hope joy miss mister lady manager director office group china shanghai test demo
contact sales service export import desk team the and for with documents operations shipping logistics fan wan hen hao shi
"""
# Names of two signs that are words as well: masked only before a title.
COMMON_WORDS = frozenset(_COMMON.split())
# Latin words that are also names: a name of one of these alone is not masked.
LATIN_WORDS = frozenset(_LATIN.split())
