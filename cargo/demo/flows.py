"""What the demo's customers ship: for each cargo class its goods, form, direction, ports, lot size, rate and season."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Flow:
    """`lot` is a usual quantity in `unit`; `rate` and `cost` are yuan a tonne (or a TEU); `peak` is the busiest month."""

    goods: str
    form: str
    direction: str
    abroad: tuple[str, ...]
    lot: int
    unit: str
    rate: int
    cost: int
    peak: int
    trade_kind: str = "foreign"


HOME = "CNSHG"
FLOWS = {
    "01": Flow("动力煤", "dry_bulk", "inbound", ("AUNTL", "IDJKT", "CNYIK"), 6200, "t", 19, 12, 12),
    "02": Flow("柴油", "liquid_bulk", "inbound", ("SGSIN", "KRPUS"), 3100, "t", 34, 20, 9),
    "03": Flow("铁矿石", "dry_bulk", "inbound", ("AUPHE", "BRTUB"), 9800, "t", 17, 11, 10),
    "04": Flow("热轧卷板", "break_bulk", "outbound", ("KRPUS", "VNSGN"), 1400, "t", 38, 26, 4),
    "05": Flow("机制砂", "dry_bulk", "inbound", ("CNYIK",), 3800, "t", 11, 8, 5, "domestic"),
    "06": Flow("散装水泥", "dry_bulk", "outbound", ("VNSGN",), 2600, "t", 13, 9, 6),
    "07": Flow("原木", "break_bulk", "inbound", ("RUVVO",), 1100, "t", 36, 25, 3),
    "08": Flow("石英砂", "dry_bulk", "inbound", ("AUPHE",), 2400, "t", 15, 10, 8),
    "09": Flow("氯化钾", "dry_bulk", "inbound", ("RUVVO", "VNSGN"), 2200, "t", 20, 13, 2),
    "10": Flow("工业盐", "dry_bulk", "inbound", ("AUPHE",), 2700, "t", 14, 9, 7),
    "11": Flow("大豆", "dry_bulk", "inbound", ("BRSSZ", "USLAX"), 5200, "t", 21, 13, 6),
    "12": Flow("成套设备", "break_bulk", "outbound", ("SGSIN", "DEHAM"), 320, "t", 96, 61, 11),
    "13": Flow("对二甲苯", "liquid_bulk", "inbound", ("KRPUS", "JPYOK"), 1900, "t", 41, 24, 8),
    "14": Flow("电解铜", "container", "inbound", ("NLRTM",), 26, "box20", 640, 420, 3),
    "15": Flow("日用百货", "container", "outbound", ("USLAX", "DEHAM", "NLRTM"), 34, "box40", 690, 430, 9),
    "16": Flow("纸浆", "container", "inbound", ("BRSSZ",), 30, "box40", 610, 400, 5),
    "17": Flow("集装箱货物", "container", "outbound", ("KRPUS", "JPYOK", "SGSIN"), 42, "box40", 660, 415, 10),
}
TONNES_A_BOX = {"box20": 21, "box40": 17}
VESSELS = tuple(f"演示轮 {number:02d}" for number in range(1, 19))
