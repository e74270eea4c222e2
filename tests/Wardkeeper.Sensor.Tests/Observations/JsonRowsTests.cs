using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Tests.Observations;

/// <summary>Rows are the bytes that the framework's writer makes of the same fields.</summary>
public sealed class JsonRowsTests
{
    private const string Odd = "\uD83D\uDE00王\"\\\u007F\n\u2028aé\0";
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String[Gen.Char[' ', '~'], 0, 70],
        Gen.String[Gen.Char, 0, 70],
        Gen.Int[0, Odd.Length - 1].Array[0, 40].Select(picks => new string([.. picks.Select(pick => Odd[pick])])));

    [Fact]
    public void Any_text_is_written_as_the_framework_writes_it() => Texts.Sample(text => Assert.Equal(Framework(w => w.WriteString("t", text)), Ours(row => row.Text("t"u8, text))));

    [Fact]
    public void Numbers_are_written_as_the_framework_writes_them() => Gen.Long.Select(Gen.Double).Sample((whole, real) =>
    {
        Assert.Equal(Framework(w => w.WriteNumber("n", whole)), Ours(row => row.Number("n"u8, whole)));
        if (double.IsFinite(real)) Assert.Equal(Framework(w => w.WriteNumber("n", real)), Ours(row => row.Real("n"u8, real)));
    });

    [Fact]
    public void Fields_lists_and_objects_are_parted_by_commas()
    {
        string row = Ours(row =>
        {
            row.Flag("flag"u8, true);
            row.Texts("none"u8, Array.Empty<string>());
            row.Texts("texts"u8, new[] { "a", "b" });
            row.Numbers("numbers"u8, [1, -2]);
            row.Reals("reals"u8, [0.5, 1e30]);
            row.Objects("objects"u8, [1, 2], static (row, value) =>
            {
                row.Number("n"u8, value);
                row.Mac("mac"u8, new MacAddress(0x20E791100021));
            });
            row.Text("absent"u8, (string?)null);
            row.Time("ts"u8, new CaptureTime(1_700_000_000_000_001_999));
            row.Span("span"u8, TimeSpan.FromTicks(-10));
        });
        Assert.Equal(
            """{"flag":true,"none":[],"texts":["a","b"],"numbers":[1,-2],"reals":[0.5,1E+30],"objects":[{"n":1,"mac":"20:e7:91:10:00:21"},{"n":2,"mac":"20:e7:91:10:00:21"}],"ts":1700000000.000001,"span":-0.000001}""" + "\n",
            row);
    }

    private static string Ours(Action<RowWriter> write)
    {
        JsonRows rows = new(new PatientNames(false));
        rows.Line(write, static (row, write) => write(row));
        return Encoding.UTF8.GetString(rows.Written);
    }

    private static string Framework(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
