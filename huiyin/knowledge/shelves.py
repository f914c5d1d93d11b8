"""The shelves every help centre needs, named in both languages, in the order in which users ask for them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """A category's key with its names and picture."""

    key: str
    zh: str
    en: str
    icon: str


PRESETS = (
    Preset("account", "账号与登录", "Account and sign-in", "user-circle"),
    Preset("payment", "支付与充值", "Payment and top-up", "credit-card"),
    Preset("refund", "退款", "Refunds", "arrow-back-up"),
    Preset("order", "订单", "Orders", "shopping-cart"),
    Preset("delivery", "物流配送", "Delivery", "truck"),
    Preset("membership", "会员与续费", "Membership", "crown"),
    Preset("invoice", "发票", "Invoices", "file-text"),
    Preset("content", "内容与版权", "Content", "video"),
    Preset("app", "应用", "App", "device-mobile"),
    Preset("music", "音乐", "Music", "player-pause"),
    Preset("notes", "笔记", "Notes", "note"),
    Preset("sync", "同步", "Sync", "refresh"),
    Preset("storage", "存储空间", "Storage", "stack"),
    Preset("fault", "故障排查", "Troubleshooting", "tool"),
    Preset("privacy", "隐私与安全", "Privacy and safety", "shield-check"),
    Preset("complaint", "投诉与反馈", "Complaints", "message-report"),
    Preset("service", "服务", "Service", "lifebuoy"),
    Preset("developers", "开放平台", "Developers", "code"),
    Preset("api", "开放接口", "API", "api"),
    Preset("internal", "内部指南", "Internal guides", "lock"),
    Preset("general", "常见问题", "General", "help-circle"),
    Preset("other", "其他", "Other", "folder"),
)
BY_KEY = {preset.key: (position, preset) for position, preset in enumerate(PRESETS)}


def icon_of(key: str) -> str:
    return BY_KEY[key][1].icon if key in BY_KEY else "folder"
