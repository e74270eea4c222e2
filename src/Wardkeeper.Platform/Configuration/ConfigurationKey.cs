namespace Wardkeeper.Platform.Configuration;

/// <summary>One thing that can be configured: its path in the file, what it means, and how text becomes its value.</summary>
internal abstract class ConfigurationKey
{
    /// <summary>Sections and name, with points: <c>web.port</c>.</summary>
    public required string Path { get; init; }

    /// <summary>What it does, for the reference and for <c>--help</c>.</summary>
    public required string Meaning { get; init; }

    /// <summary>What a value looks like: <c>PORT</c>, <c>FILE</c> …</summary>
    public required string ValueName { get; init; }

    /// <summary>The flag of <c>up</c> that sets it; null when only file and environment do.</summary>
    public string? Flag { get; init; }

    /// <summary>Whether a running program takes a new value at SIGHUP; otherwise it must be started again.</summary>
    public bool IsReloadable { get; init; }

    /// <summary>Whether the value must not appear in logs and messages.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Whether it takes several values: a sequence in the file, commas in the environment, a repeated flag.</summary>
    public abstract bool IsList { get; }

    /// <summary>The environment variable that sets it: <c>WARDKEEPER_WEB_PORT</c> for <c>web.port</c>.</summary>
    public string EnvironmentName => "WARDKEEPER_" + string.Concat(Path.Select(letter => letter == '.' ? "_" : char.IsUpper(letter) ? "_" + letter : char.ToUpperInvariant(letter).ToString()));

    /// <summary>Puts values in. Returns what is wrong and how to mend it, one sentence per mistake.</summary>
    /// <param name="settings">Where they go.</param>
    /// <param name="values">As written; one unless <see cref="IsList"/>.</param>
    /// <param name="folder">What relative paths are relative to.</param>
    public abstract IEnumerable<string> Apply(PlatformSettings settings, IReadOnlyList<string> values, string folder);

    /// <summary>The value as text, as the reference shows a default.</summary>
    public abstract string Show(PlatformSettings settings);
}

/// <summary>A key with one value.</summary>
internal sealed class ScalarKey<T>(ConfigurationValue<T> value, Func<PlatformSettings, T> get, Action<PlatformSettings, T> set) : ConfigurationKey
{
    /// <inheritdoc/>
    public override bool IsList => false;

    /// <inheritdoc/>
    public override IEnumerable<string> Apply(PlatformSettings settings, IReadOnlyList<string> values, string folder)
    {
        if (values.Count != 1) return [$"{values.Count} values were given; it takes one"];
        if (value.Read(values[0], folder, out T read) is { } mistake) return [mistake];
        set(settings, read);
        return [];
    }

    /// <inheritdoc/>
    public override string Show(PlatformSettings settings) => value.Write(get(settings));
}

/// <summary>A key with any number of values.</summary>
internal sealed class ListKey<T>(ConfigurationValue<T> value, Func<PlatformSettings, IReadOnlyList<T>> get, Action<PlatformSettings, IReadOnlyList<T>> set) : ConfigurationKey
{
    /// <inheritdoc/>
    public override bool IsList => true;

    /// <inheritdoc/>
    public override IEnumerable<string> Apply(PlatformSettings settings, IReadOnlyList<string> values, string folder)
    {
        List<string> mistakes = [];
        List<T> all = [];
        foreach (string text in values)
        {
            if (value.Read(text, folder, out T read) is { } mistake) mistakes.Add(mistake);
            else all.Add(read);
        }
        if (mistakes.Count == 0) set(settings, all);
        return mistakes;
    }

    /// <inheritdoc/>
    public override string Show(PlatformSettings settings) => string.Join(", ", get(settings).Select(value.Write));
}
