import ArgumentParser
import EventOutbox
import Foundation

/// Archives old events, and brings them back.
struct ArchiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Archive and drop old events, list the archives, bring one back.",
        discussion: """
            `storytime serve` and `storytime work` do this by themselves. An event goes when it is old enough and every
            listener, replay and dead letter is past it. Archives go to STORYTIME_ARCHIVE_DIRECTORY.

              storytime outbox archive --dry-run
              storytime outbox archive --reason "the disk is nearly full"
              storytime outbox archive list
              storytime outbox archive restore events-1-1000000.jsonl.gz --reason "replay of March"

            Exits with 3 when there is nothing to do.
            """,
        subcommands: [Run.self, List.self, Restore.self],
        defaultSubcommand: Run.self
    )

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Archive and drop what is due now.",
            discussion: "A dry run says what is due, and who holds up what is not."
        )

        @OptionGroup var change: ChangeOptions

        func run() async throws {
            let isIdle = try await Program.withComposition(role: "cli") { composition in
                let (operations, configuration) = (composition.operations, composition.configuration.outbox)
                if change.dryRun {
                    let due = try await operations.planRetention(configuration)
                    try show(due, dropped: nil)
                    let status = try await operations.retentionStatus(configuration.retention)
                    if !change.json { ArchiveCommand.show(status) }
                    return due.isEmpty
                }
                let (due, dropped) = try await operations.retain(
                    configuration,
                    by: change.person,
                    logger: composition.logger
                )
                try show(due, dropped: dropped)
                return due.isEmpty
            }
            if isIdle { throw ExitCode(3) }
        }

        private func show(_ due: [RetentionStep], dropped: Int?) throws {
            guard !change.json else { return try due.forEach(Output.jsonLine) }
            Output.table(
                ["FIRST", "LAST", "EVENTS", "NEWEST", "MB"],
                due.map { step in
                    [
                        "\(step.firstSeq)", "\(step.lastSeq)", "\(step.events)",
                        step.newest?.formatted(.iso8601) ?? "-", "\(step.bytes >> 20)",
                    ]
                }
            )
            if let dropped { print("\(dropped) of \(due.count) partitions are gone") }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The archives in STORYTIME_ARCHIVE_DIRECTORY.")

        @Flag(help: "Read every file and compare it with its manifest; exits with 1 when one is damaged.")
        var verify = false
        @Flag(help: "Print one JSON value a line.") var json = false

        func run() async throws {
            guard let folder = try Program.configuration().outbox.retention.archive else {
                throw ValidationError("set STORYTIME_ARCHIVE_DIRECTORY to the folder of the archives")
            }
            guard FileManager.default.fileExists(atPath: folder) else {
                FileHandle.standardError.write(Data("there is no folder \(folder): nothing was archived yet\n".utf8))
                throw ExitCode(3)
            }
            let archives = try Archive.list(in: folder)
            if json { try archives.forEach(Output.jsonLine) } else { show(archives) }
            guard verify else { return }
            let damages = archives.compactMap { archive -> String? in
                do {
                    try archive.verify(in: folder)
                    return nil
                } catch {
                    return "\(error)"
                }
            }
            damages.forEach { FileHandle.standardError.write(Data("\($0)\n".utf8)) }
            if !damages.isEmpty { throw ExitCode(1) }
        }

        private func show(_ archives: [Archive]) {
            Output.table(
                ["FILE", "EVENTS", "POSITIONS", "OLDEST", "NEWEST", "MB"],
                archives.map { archive in
                    [
                        archive.file, "\(archive.events)", "\(archive.firstPosition ?? 0)…\(archive.lastPosition ?? 0)",
                        archive.oldest?.formatted(.iso8601) ?? "-", archive.newest?.formatted(.iso8601) ?? "-",
                        "\(archive.bytes >> 20)",
                    ]
                }
            )
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring archived events back, to show and to replay them.",
            discussion: """
                They go again after a week, or when a replay that needs them is over. The file is checked against its
                manifest first; a dry run does no more than that.

                  storytime outbox archive restore events-1-1000000.jsonl.gz --reason "replay of March"
                """
        )

        @Argument(help: "The file, or its name in STORYTIME_ARCHIVE_DIRECTORY.", completion: .file()) var file: String
        @OptionGroup var change: ChangeOptions

        func run() async throws {
            try await Program.withComposition(role: "cli") { composition in
                let path = path(in: composition.configuration.outbox.retention.archive)
                let archive: Archive
                do {
                    archive = try await composition.operations.checkArchive(path)
                } catch let error as ArchiveError {
                    FileHandle.standardError.write(Data("\(error)\n".utf8))
                    throw ExitCode(3)
                }
                if !change.dryRun { _ = try await composition.operations.restore(path, by: change.person) }
                let (first, last) = (archive.firstPosition ?? 0, archive.lastPosition ?? 0)
                let end = change.dryRun ? "can be brought back" : "are back"
                try change.report(archive, "\(archive.events) events, positions \(first)…\(last), \(end)")
            }
        }

        /// A name without a folder is looked for among the archives.
        private func path(in folder: String?) -> String {
            guard let folder, !file.contains("/"), !FileManager.default.fileExists(atPath: file) else { return file }
            return folder + "/" + file
        }
    }

    /// How much is kept, and who is furthest back.
    static func show(_ status: RetentionStatus) {
        let growth = status.bytesPerDay.map { ", \(Int($0) >> 20) MB a day" } ?? ""
        print(
            "kept      \(status.partitions) partitions, \(status.bytes >> 20) MB\(growth),"
                + " the oldest event \(Output.age(status.oldest)) old"
        )
        if status.dropping > 0 { print("dropping  \(status.dropping) partitions wait for open transactions to end") }
        guard let holder = status.slowest else { return }
        var line = "slowest   \(holder.kind) of \(holder.name) at \(holder.position), \(holder.behind) events behind"
        if let date = holder.caughtUpAt { line += "; caught up \(date.formatted(.iso8601)) at this rate" }
        if let date = holder.holdsFrom { line += "; keeps old events from \(date.formatted(.iso8601)) on" }
        if let date = holder.fullAt { line += "; the size is reached \(date.formatted(.iso8601)) at this rate" }
        print(line)
    }
}
