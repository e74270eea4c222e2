using System.Runtime.CompilerServices;
using Wardkeeper.Lab.Commands;

namespace Wardkeeper.Lab.Tests.Site;

/// <summary>A test that needs root, namespaces and programs: skipped with the reason where they are missing, but not where CI=true.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabFactAttribute : FactAttribute
{
    /// <summary>Whether it runs with WARDKEEPER_ALL=1 (<c>./test --all</c>) alone; otherwise it is not counted.</summary>
    public bool IsLong
    {
        get => Explicit;
        set => Explicit = value && Environment.GetEnvironmentVariable("WARDKEEPER_ALL") != "1";
    }

    /// <summary>Needs root and <c>ip netns</c>, and these programs, separated by spaces.</summary>
    public LabFactAttribute(string programs, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") return;
        string[] missing = [.. programs.Split(' ').Append("ip").Where(program => Doctor.Find(new(program, "")) is null)];
        if (missing.Length > 0) Skip = $"not installed: {string.Join(", ", missing)}";
        else if (!Environment.IsPrivilegedProcess) Skip = "network namespaces need root";
    }
}
