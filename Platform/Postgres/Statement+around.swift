extension Statement {
    /// A statement around another, whose values come along.
    package init(_ before: StaticString, around inner: Statement, _ after: StaticString) {
        sql = "\(before)\(inner.sql)\(after)"
        parameters = inner.parameters
    }
}
