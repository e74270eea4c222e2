using System.Globalization;
using System.Resources;

namespace Wardkeeper.Console.Pages.Traffic;

/// <summary>What people call the fields of transactions' rows. A field without a name of its own goes by the name in its row.</summary>
internal static class FieldNames
{
    private static readonly ResourceManager Names = new("Wardkeeper.Console.Pages.Traffic.FieldNames", typeof(FieldNames).Assembly);

    /// <summary>The name in the language of the page.</summary>
    public static string Of(string field) => Names.GetString(field, CultureInfo.CurrentUICulture) ?? field;
}
