import Logging

extension JobWorker {
    /// Says which attempts are alive, stops those that are not ours any more, and takes over from silent workers.
    func beat(_ rings: Doorbell.Rings) async {
        let claims = running.claims
        do {
            let ours = try await store.beat(claims)
            running.stop(claims.filter { !ours.contains($0) }, because: .lost)
            let recovered = try await store.recover(silentFor: configuration.silence)
            guard recovered > 0 else { return }
            logger.warning("jobs were taken from silent workers", metadata: ["count": "\(recovered)"])
            rings.ring()
        } catch {
            logger.warning("the jobs' heartbeat failed", metadata: ["error.type": "\(type(of: error))"])
        }
    }

    /// Deletes finished jobs whose time is up.
    func sweep() async {
        do {
            while try await store.sweep(keepDone: configuration.keepDone) > 0, !Task.isCancelled {}
        } catch {
            logger.warning("finished jobs could not be swept", metadata: ["error.type": "\(type(of: error))"])
        }
    }

    /// A kind that no handler does is most likely a handler that was forgotten or renamed.
    func reportUnknownKinds() async {
        do {
            for (kind, count) in try await store.unknownKinds() {
                logger.warning(
                    "jobs wait for a handler that this build does not have",
                    metadata: ["job.kind": "\(kind)", "count": "\(count)"]
                )
            }
        } catch {
            logger.warning("waiting jobs could not be read", metadata: ["error.type": "\(type(of: error))"])
        }
    }
}
