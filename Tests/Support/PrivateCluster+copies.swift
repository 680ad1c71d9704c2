extension PrivateCluster {
    /// Copies the running server's files, as a standby has them that has received everything by now.
    package func backUp() async throws {
        try await run(["\(bin)/pg_basebackup", "-D", "\(folder)/copy", "-d", url, "-X", "stream", "-c", "fast"])
    }

    /// The server dies, and the copy is promoted in its place, where clients find it as before.
    package func failOver() async throws {
        try await stop()
        try await run(["touch", "\(folder)/copy/standby.signal"])
        try await run(["mv", "\(folder)/data", "\(folder)/old"])
        try await run(["mv", "\(folder)/copy", "\(folder)/data"])
        try await start()
        try await run(["\(bin)/pg_ctl", "-D", "\(folder)/data", "-w", "promote"])
    }

    /// Puts what is in this cluster's database into that of another, as it goes from one machine to the next.
    package func dump(into other: PrivateCluster) async throws {
        let file = "\(folder)/dump"
        try await run(["\(bin)/pg_dump", "-d", url, "-Fc", "-f", file])
        try await run(["\(bin)/pg_restore", "-d", other.url, "--exit-on-error", file])
    }
}
