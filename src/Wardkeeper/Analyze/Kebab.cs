using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>Names of attributes as the API writes them, for example <c>host-name</c>.</summary>
internal static class Kebab
{
    private static readonly string[] Kinds = [.. Enum.GetNames<ClaimKind>().Select(Of)];

    public static string Of(ClaimKind kind) => Kinds[(int)kind];

    public static string Of<T>(T value)
        where T : struct, Enum => Names<T>.All.GetValueOrDefault(value) ?? Of(value.ToString());

    private static string Of(string name)
    {
        StringBuilder text = new();
        foreach (char c in name)
        {
            if (char.IsUpper(c) && text.Length > 0) text.Append('-');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> All = Enum.GetValues<T>().Distinct().ToDictionary(value => value, value => Of(value.ToString()));
    }
}
