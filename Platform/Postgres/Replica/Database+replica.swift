extension Database {
    /// How the replica is; nil without one. One that is not used costs nothing but the primary's time.
    public var replicaStatus: ReplicaStatus? { replica?.status }
}
