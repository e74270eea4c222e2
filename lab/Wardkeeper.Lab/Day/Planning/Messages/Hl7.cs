using System.Globalization;
using System.Text;

namespace Wardkeeper.Lab.Day.Planning.Messages;

/// <summary>Segments of HL7 v2 messages. HL7 v2.5.1, chapter 2.</summary>
internal static class Hl7
{
    /// <summary>A segment of numbered fields; what lies between is empty. MSH counts its separator as field 1.</summary>
    public static string Segment(string name, params (int Number, string Value)[] fields)
    {
        bool isHeader = name == "MSH";
        StringBuilder text = new(name);
        int written = isHeader ? 1 : 0;
        foreach ((int number, string value) in fields)
        {
            if (number <= written) throw new ArgumentException($"{name}-{number} comes after {name}-{written}");
            if (value.Length == 0) continue;
            text.Append('|', number - written).Append(value);
            written = number;
        }
        return text.ToString();
    }

    /// <summary>Text in which delimiters are escaped. Chapter 2, 2.7.</summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new();
        foreach (char letter in text)
        {
            escaped.Append(letter switch
            {
                '|' => @"\F\",
                '^' => @"\S\",
                '&' => @"\T\",
                '~' => @"\R\",
                '\\' => @"\E\",
                '\r' or '\n' => " ",
                _ => letter.ToString(),
            });
        }
        return escaped.ToString();
    }

    /// <summary>A time stamp to the second.</summary>
    public static string Time(DateTime at) => at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>A time stamp with the zone of China.</summary>
    public static string ZonedTime(DateTime at) => Time(at) + "+0800";

    /// <summary>A date.</summary>
    public static string Date(DateOnly date) => date.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
