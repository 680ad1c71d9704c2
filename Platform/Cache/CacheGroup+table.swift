/// The table of groups: whose data, which key, how long, how much.
extension CacheGroup {
    /// `families:preferences:USER`: a family's settings
    public static let preferences = CacheGroup("families", "preferences", lifetime: .minutes(5), memory: 2 << 20)
    /// `families:kid:USER`: the kids of a family
    public static let kid = CacheGroup("families", "kid", lifetime: .minutes(5), memory: 4 << 20)
    /// `families:avatars:all`
    public static let avatars = CacheGroup("families", "avatars", lifetime: .minutes(5), memory: 1 << 20)
    /// `stories:categories:all`
    public static let categories = CacheGroup("stories", "categories", lifetime: .minutes(60), memory: 1 << 20)
    /// `stories:themes:all`
    public static let themes = CacheGroup("stories", "themes", lifetime: .minutes(60), memory: 1 << 20)
    /// `stories:seasons:all`
    public static let seasons = CacheGroup("stories", "seasons", lifetime: .minutes(60), memory: 1 << 20)
    /// `stories:buddies:all`
    public static let buddies = CacheGroup("stories", "buddies", lifetime: .minutes(60), memory: 1 << 20)
    /// `stories:story:STORY`: a story in full, as it is sent
    public static let story = CacheGroup("stories", "story", lifetime: .minutes(5), memory: 16 << 20)
    /// `stories:list:FILTERS:LIMIT`: the first page of a list, as it is sent
    public static let storyList = CacheGroup("stories", "list", lifetime: .minutes(5), memory: 8 << 20)
    /// `stories:recommendations:KID`
    public static let recommendations = CacheGroup(
        "stories",
        "recommendations",
        lifetime: .minutes(60),
        memory: 4 << 20
    )
    /// `voices:voice:all`
    public static let voices = CacheGroup("voices", "voice", lifetime: .minutes(30), memory: 1 << 20)
    /// `subscriptions:plans:all`: plans with their prices
    public static let plans = CacheGroup("subscriptions", "plans", lifetime: .minutes(60), memory: 1 << 20)
    /// `subscriptions:subscription:USER`
    public static let subscription = CacheGroup(
        "subscriptions",
        "subscription",
        lifetime: .minutes(1),
        memory: 4 << 20
    )
    /// `payments:balance:USER`
    public static let balance = CacheGroup("payments", "balance", lifetime: .minutes(1), memory: 2 << 20)
    /// `auth:permissions:USER`
    public static let permissions = CacheGroup("auth", "permissions", lifetime: .minutes(12 * 60), memory: 4 << 20)
    /// `analytics:dashboard:NAME:RANGE`
    public static let dashboards = CacheGroup("analytics", "dashboard", lifetime: .minutes(5), memory: 4 << 20)

    /// What all groups may take together.
    public static let totalMemory = all.reduce(0) { $0 + $1.memory }

    /// All of them.
    public static let all: [CacheGroup] = [
        preferences, kid, avatars, categories, themes, seasons, buddies, story, storyList, recommendations, voices,
        plans, subscription, balance, permissions, dashboards,
    ]
}

extension Duration {
    static func minutes(_ count: Int) -> Duration { .seconds(60 * count) }
}
