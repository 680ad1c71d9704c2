enum EmptyFamilies {}
