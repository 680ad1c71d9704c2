enum EmptyMigrations {}
