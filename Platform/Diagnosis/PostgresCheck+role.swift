extension PostgresCheck {
    /// What the role may do: enough, and not too much.
    static let role = PostgresCheck(
        "role",
        """
        SELECT current_user, r.rolsuper, has_database_privilege(current_database(), 'CREATE'),
               has_function_privilege('pg_control_system()', 'EXECUTE'), pg_has_role('pg_read_all_stats', 'MEMBER')
        FROM pg_roles r WHERE r.rolname = current_user
        """
    ) { check, rows in
        guard let row = rows.first else { return [] }
        let (name, may) = (row[0], row.map { $0 == "t" })
        var findings: [Finding] = []
        if may[1] {
            findings.append(
                .warning(
                    check,
                    "\(name) is a superuser, and so is whoever gets its password",
                    fix:
                        "give Storytime a role of its own that owns the database: CREATE ROLE storytime LOGIN PASSWORD …"
                )
            )
        }
        if !may[2] {
            findings.append(
                .error(
                    check,
                    "\(name) may not create schemas, so migrations fail",
                    fix: "GRANT CREATE ON DATABASE … TO \(name), or migrate with a role that owns the database"
                )
            )
        }
        if !may[3] {
            findings.append(
                .warning(
                    check,
                    "\(name) may not read which cluster it is in, so a copy of the database would not be noticed",
                    fix: "as a superuser: GRANT EXECUTE ON FUNCTION pg_control_system() TO \(name)"
                )
            )
        }
        if !may[4] {
            findings.append(
                .warning(
                    check,
                    "\(name) does not see what others do, so open transactions of theirs stay unseen",
                    fix: "as a superuser: GRANT pg_monitor TO \(name)"
                )
            )
        }
        return findings.otherwise(check, "\(name) may do what it needs and no more")
    }
}
