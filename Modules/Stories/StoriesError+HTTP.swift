import FoundationEssentials
import StrictJSON
import Web

extension StoriesError: ProblemConvertible {
    var problem: Problem {
        switch self {
        case .noSuchStory: .notFound("story")
        case .noSuchKid: .notFound("kid")
        case .allowanceUsedUp(let limit, let resetsAt, let seconds):
            Problem(
                .quotaExceeded,
                """
                The plan allows \(limit) new stories a day and they are used up; the next can be begun from \
                \(resetsAt.rfc3339) on. Stories already begun can be read on
                """,
                retryAfter: seconds
            )
        }
    }
}
