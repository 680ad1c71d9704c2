import Foundation
import StrictJSON
import Testing

@Suite struct RFC3339Tests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-03-01T09:30:00Z", 1_772_357_400),
        ("2024-02-29T23:59:59.5Z", 1_709_251_199.5),
        ("2026-03-01T11:30:00+02:00", 1_772_357_400), ("2026-03-01t04:00:00-05:30", 1_772_357_400),
        ("1969-12-31T23:59:59.750Z", -0.25), ("0001-01-01T00:00:00Z", -62_135_596_800),
    ])
    func `good text is the moment it names`(text: String, seconds: Double) {
        #expect(Date(rfc3339: text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        "", "2026-03-01", "2026-03-01T09:30:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z",
        "2026-03-01T24:00:00Z", "2026-03-01T09:60:00Z", "2026-03-01 09:30:00Z", "2026-03-01T09:30:00.Z",
        "2026-03-01T09:30:00+0200", "2026-03-01T09:30:00Zx", "٢٠٢٦-03-01T09:30:00Z",
    ])
    func `text that names no moment is refused`(text: String) {
        #expect(Date(rfc3339: text) == nil)
    }

    @Test(arguments: [0, 1_772_357_400.25, -0.25, -86_400.001, 4_102_444_800, 951_782_400, -2_208_988_800])
    func `a moment is written as Foundation reads it`(seconds: Double) throws {
        let date = Date(timeIntervalSince1970: seconds)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        #expect(abs(try style.parse(date.rfc3339).timeIntervalSince(date)) < 0.0015)
        #expect(date.rfc3339.count == 24)
    }

    @Test func `every day of eight hundred years comes back`() throws {
        var previous = CivilDay(daysSince1970: -146_098)
        for days in -146_097...146_097 {
            let day = CivilDay(daysSince1970: days)
            try #require(day.daysSince1970 == days)
            try #require((day.year, day.month, day.day) > (previous.year, previous.month, previous.day))
            previous = day
        }
    }
}
