using System.Globalization;
using System.Text;

namespace Wardkeeper.Hub.Intelligence;

/// <summary>A dataset of Suricata: a value in each line, texts in Base64, addresses and hashes as they are; behind a comma a reputation from 0 to 127 may follow.</summary>
internal static class SuricataDataset
{
    /// <summary>Reads the lines.</summary>
    /// <param name="text">The file.</param>
    /// <param name="source">What the source is called.</param>
    /// <param name="reading">Takes them.</param>
    public static void Read(TextReader text, string source, IndicatorReading reading)
    {
        int number = 0;
        while (text.ReadLine() is { } line && !reading.IsHopeless)
        {
            string place = (++number).ToString(CultureInfo.InvariantCulture);
            string[] parts = line.Trim().Split(',');
            string value = parts[0].Trim();
            if (value.Length == 0 || value[0] == '#') continue;
            int? sure = null;
            if (parts.Length > 1)
            {
                if (!int.TryParse(parts[1].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int reputation) || reputation > 127)
                {
                    reading.Wrong(place, $"reputation \"{parts[1].Trim()}\" is no number from 0 to 127");
                    continue;
                }
                sure = reputation * 100 / 127;
            }
            string plain = value;
            if (IndicatorValue.KindOf(plain) is not (IndicatorKind.Address or IndicatorKind.FileHash or IndicatorKind.FileMd5 or IndicatorKind.FileSha1) && !TryText(value, out plain))
            {
                reading.Wrong(place, $"\"{value}\" is no address, no hash of a file and no text in Base64");
                continue;
            }
            if (IndicatorValue.KindOf(plain) is { } kind) reading.Add(place, new Indicator(kind, plain) { Source = source, Confidence = sure });
            else reading.Pass("other");
        }
    }

    private static bool TryText(string value, out string text)
    {
        byte[] bytes = new byte[value.Length];
        bool isOne = Convert.TryFromBase64String(value, bytes, out int length);
        text = isOne ? Encoding.UTF8.GetString(bytes, 0, length) : value;
        return isOne;
    }
}
