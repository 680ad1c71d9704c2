enum EmptyModuleInterface {}
