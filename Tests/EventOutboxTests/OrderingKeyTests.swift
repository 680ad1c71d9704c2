import Events
import Testing

@Suite struct OrderingKeyTests {
    /// Stored with every event, and how lanes are divided: a change would move keys to other lanes and lose their order.
    @Test(arguments: [
        ("", 174), ("a:b", 56), ("kid:018f0000-0000-7000-8000-000000000001", 47),
        ("user:ffffffff-ffff-ffff-ffff-ffffffffffff", 255), ("subject:a", 64), ("story:größe-✓", 230),
    ])
    func `a key's slot never changes`(key: String, slot: Int) {
        #expect(OrderingKey(stored: key).slot == slot)
    }

    @Test func `keys spread over the slots`() {
        var counts = [Int](repeating: 0, count: 256)
        for number in 0..<25_600 { counts[OrderingKey("kid", number).slot] += 1 }
        #expect(counts.allSatisfy { (50...150).contains($0) })
    }
}
