using Wardkeeper.Hub.Access;

namespace Wardkeeper.Hub.Settings;

/// <summary>What can be configured, what holds now and where it was set; and the change of what may change while the program runs.</summary>
public interface ISettings
{
    /// <summary>Every key, in the order of the reference.</summary>
    IReadOnlyList<Setting> All { get; }

    /// <summary>Sets keys; a null value takes back what was set here, so that the default holds again. All of it or nothing; each key that changed stands in the audit log.</summary>
    /// <param name="who">Who changes.</param>
    /// <param name="values">Value by key, written as in the configuration file.</param>
    /// <param name="reason">Why, or null.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="Changes.RefusedException">A value cannot be read, a key is not known or cannot be changed here; nothing was changed.</exception>
    Task ChangeAsync(Actor who, IReadOnlyDictionary<string, string?> values, string? reason = null, CancellationToken cancel = default);
}

/// <summary>One key.</summary>
/// <param name="Key">Its path in the configuration file: <c>retention.days</c>.</param>
/// <param name="Meaning">What it does, in English.</param>
/// <param name="Default">Its default as text; empty when there is none.</param>
/// <param name="Value">What holds now, as text; a secret is shown as <c>***</c>.</param>
/// <param name="Origin">Who set what holds.</param>
/// <param name="Where">Where exactly: <c>wardkeeper.yaml:12</c>, <c>--port</c>, <c>WARDKEEPER_WEB_PORT</c>; null for the default.</param>
/// <param name="CanChange">Whether it can be changed here, now.</param>
/// <param name="TakesEffect">When a change takes effect.</param>
public sealed record Setting(string Key, string Meaning, string Default, string Value, SettingOrigin Origin, string? Where, bool CanChange, SettingEffect TakesEffect)
{
    /// <summary>What will hold after the next start, when that is something else than what holds now.</summary>
    public string? Next { get; init; }
}

/// <summary>Who set a key; a later one outranks an earlier one.</summary>
public enum SettingOrigin
{
    /// <summary>Nobody: the default holds.</summary>
    Default,

    /// <summary>An administrator, in console or API.</summary>
    Console,

    /// <summary>The configuration file.</summary>
    File,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>A flag of the command line.</summary>
    CommandLine,
}

/// <summary>When a change takes effect.</summary>
public enum SettingEffect
{
    /// <summary>At once.</summary>
    AtOnce,

    /// <summary>At once when it is read again (SIGHUP).</summary>
    Reload,

    /// <summary>At the next start.</summary>
    Restart,
}
