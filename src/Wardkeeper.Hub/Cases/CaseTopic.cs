namespace Wardkeeper.Hub.Cases;

/// <summary>Topic of the change feed on which changes of uploaded captures are told.</summary>
public static class CaseTopic
{
    /// <summary>Its name.</summary>
    public const string Name = "captures";
}
