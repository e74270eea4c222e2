namespace Wardkeeper.Hub.Identification;

/// <summary>Names of traits as files and texts have them: <c>ae-title</c>.</summary>
public static class TraitNames
{
    private static readonly string[] Names = [.. Enum.GetValues<Trait>().Select(trait => KnowledgeFile.Kebab(trait))];

    /// <summary>The name of a trait.</summary>
    public static string Of(Trait trait) => Names[(int)trait];
}
