// A misspelt upcoming feature is ignored without a word; here it stops the build.
#if !hasFeature(ExistentialAny)
#error("ExistentialAny is not on")
#endif
#if !hasFeature(ImmutableWeakCaptures)
#error("ImmutableWeakCaptures is not on")
#endif
#if !hasFeature(InferIsolatedConformances)
#error("InferIsolatedConformances is not on")
#endif
#if !hasFeature(InternalImportsByDefault)
#error("InternalImportsByDefault is not on")
#endif
#if !hasFeature(MemberImportVisibility)
#error("MemberImportVisibility is not on")
#endif
#if !hasFeature(NonisolatedNonsendingByDefault)
#error("NonisolatedNonsendingByDefault is not on")
#endif
#if !hasFeature(StrictMemorySafety)
#error("StrictMemorySafety is not on")
#endif
