using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Astm;

namespace Wardkeeper.Sensor.Tests.Protocols.Astm;

/// <summary>Writes transfers as an analyser and its host would, with a checksum of its own.</summary>
internal static class AstmText
{
    public const string Header = @"H|\^&|||cobas-e411^1.05|||||HOST|TSREQ^REAL|P|LIS2-A2|20261123091500";

    public static readonly string[] Result =
        [Header, "P|1||HL00001||MILLER^ANNA||19600101|F", @"O|1|S1||^^^TSH\^^^FT4|R||||||N", "R|1|^^^TSH|0.45|uIU/mL||N||F||BMSERV|||E1", "R|2|^^^FT4|1.2|ng/dL||N||F", "L|1|N"];

    public static readonly Said Ack = Said.Server("\u0006"), Nak = Said.Server("\u0015"), Enquiry = Said.Client("\u0005"), End = Said.Client("\u0004");

    /// <summary>A frame; a wrong checksum when <paramref name="checksum"/> gives one, none when it is empty.</summary>
    public static byte[] Frame(int number, string text, bool goesOn = false, string? checksum = null, Encoding? encoding = null)
    {
        byte[] covered = [(byte)('0' + number), .. (encoding ?? Encoding.UTF8).GetBytes(text), (byte)(goesOn ? 0x17 : 0x03)];
        checksum ??= (covered.Sum(value => value) % 256).ToString("X2", CultureInfo.InvariantCulture);
        return [0x02, .. covered, .. Encoding.ASCII.GetBytes(checksum), .. "\r\n"u8];
    }

    /// <summary>A whole transfer, a frame for each record, each accepted.</summary>
    public static IEnumerable<Said> Transfer(IEnumerable<string> records, Side by = Side.Client)
    {
        Side other = by == Side.Client ? Side.Server : Side.Client;
        yield return new(by, [5]);
        yield return new(other, [6]);
        int number = 0;
        foreach (string record in records)
        {
            yield return new(by, Frame(++number % 8, record + "\r"));
            yield return new(other, [6]);
        }
        yield return new(by, [4]);
    }

    public static Conversation Play(params IEnumerable<Said> said) => Conversation.Of<AstmAnalyser>(said);

    public static AstmTransfer Single(params IEnumerable<Said> said) => Assert.IsType<AstmTransfer>(Assert.Single(Play(said).Transactions));

    public static string Shown(MaskedText? text) => new PatientNames(false).Render(text!.Value);
}
