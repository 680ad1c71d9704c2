/// One page of a feed: the items, and where to go on.
public struct Page<Item: Encodable & Sendable & Described>: ResponseBody {
    /// The items, in the feed's order.
    public let data: [Item]
    /// What to send as `cursor` for the next page; `null` on the last one.
    public let nextCursor: String?

    /// A page; without a cursor it is the last one.
    public init(_ data: [Item], nextCursor: String? = nil) {
        self.data = data
        self.nextCursor = nextCursor
    }

    /// The items' schema in a page's.
    public static var schema: Schema {
        let item = Item.schema.componentName ?? "Value"
        return .object(
            "\(item)Page",
            "One page of a list, each a `\(item)`",
            [
                .required("data", .array(Item.schema), "Every `\(item)` of the page, in order"),
                .required(
                    "nextCursor",
                    .nullable(.string()).example("eyJpZCI6NDd9.x5Tg"),
                    "Where the next `\(item)` is: send it as `cursor`"
                ),
                .required("hasMore", .boolean, "Whether another `\(item)` follows"),
            ]
        )
    }

    /// Writes `nextCursor` even when it is `null`, and `hasMore`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(data, forKey: .data)
        try container.encode(nextCursor, forKey: .nextCursor)
        try container.encode(nextCursor != nil, forKey: .hasMore)
    }

    private enum CodingKeys: CodingKey {
        case data, nextCursor, hasMore
    }
}
