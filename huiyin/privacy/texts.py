"""The first version of what people are asked, purpose by purpose. Changed words become a new version."""

TEXTS: dict[str, tuple[str, str]] = {
    "policy": (
        (
            "我们为处理您的请求而使用您的联系方式、您所说的内容和必要的设备信息，"
            "请求办结三年后匿名化；您可以随时查看、更正、导出和删除。"
        ),
        (
            "We use your contact details, your words and the device data that is needed to answer your requests, and "
            "make them anonymous three years after the end. You can see, correct, export and delete them at any time."
        ),
    ),
    "sensitive": (
        (
            "仅当处理您的请求必须时，我们才会使用您提供的敏感个人信息（如证件号、银行卡号、健康信息），"
            "加密保存，仅限经办人查看。"
        ),
        (
            "Sensitive information that you give us, such as identity or bank card numbers or data on health, is used "
            "only where your request needs it, kept encrypted, and seen only by who works on it."
        ),
    ),
    "biometrics": (
        (
            "通行密钥使用您设备上的指纹或面容完成验证。生物特征不离开您的设备，我们只保存一枚公钥。"
            "您随时可以改用其他方式登录。"
        ),
        (
            "A passkey uses the fingerprint or face check of your own device. The feature never leaves it; we keep a "
            "public key only. You can sign in another way at any time."
        ),
    ),
    "third_party": (
        "把与您的请求有关的信息提供给登记册所列的第三方。不同意不影响我们处理您的请求。",
        "Tell the third parties in our register about your requests. Without your consent we still answer them.",
    ),
    "cross_border": (
        "把您的个人信息提供给登记册所列的境外接收方，用途与国家以登记册为准。",
        "Pass your personal data to the recipients abroad that our register lists, for the purposes named there.",
    ),
    "personalisation": (
        "根据您的用户等级和以往的请求安排处理的优先顺序。关闭后，您的请求与所有人的一样排序。",
        "Order your requests by your tier and by earlier ones. Without it they are ordered like everybody's.",
    ),
    "analytics": (
        "用您的请求改进我们的分类和答案。关闭后，您的文字不会用于改进。",
        "Improve our classification and answers with your requests. Without it your words are not used for that.",
    ),
    "guardian": (
        (
            "您的孩子（未满十四周岁）希望使用账号。我们仅为处理孩子的请求而使用其联系方式、所说的内容和必要的设备信息，"
            "加密保存，不用于画像、个性化、营销或改进模型，不提供给第三方，请求办结三年后匿名化。"
            "我们不询问出生日期，只记录孩子满十四周岁的年份。您可以随时查看、更正、导出和删除这些信息，或撤回同意；"
            "撤回后账号即停止使用。不同意不影响孩子不登录时查看帮助和提出请求。"
        ),
        (
            "Your child, who is under 14, wants to use an account. We use their contact details, their words and the "
            "device data that is needed to answer their requests and for nothing else: not to profile, personalise, "
            "advertise or train, and pass them to no third party. They are kept encrypted and made anonymous three "
            "years after the end. We do not ask for a date of birth, only for the year in which your child turns 14. "
            "You can see, correct, export and delete these data or withdraw your consent at any time; the account "
            "then stops. Without it your child can still read the help and ask for help without signing in."
        ),
    ),
    "marketing": (
        "向您发送产品动态和优惠信息。",
        "Send you news and offers.",
    ),
}
