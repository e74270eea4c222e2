using Wardkeeper.DeviceProtocol;
using Wardkeeper.DeviceProtocol.Sm;

namespace Wardkeeper.Hub.Trust.SessionKeys;

/// <summary>Which suites are spoken here, by their number in messages. Nobody is led to another one than he named: what is not spoken is refused.</summary>
internal sealed class SuiteChoice
{
    private readonly CipherSuite[] spoken;

    /// <summary>Makes a choice.</summary>
    /// <param name="words">Words of <see cref="All"/>.</param>
    public SuiteChoice(IEnumerable<string> words) => spoken = [.. words.Select(word => All.TryGetValue(word, out CipherSuite? suite) ? suite : null).OfType<CipherSuite>()];

    /// <summary>All suites by the word that settings call them.</summary>
    public static IReadOnlyDictionary<string, CipherSuite> All { get; } = new Dictionary<string, CipherSuite>(StringComparer.Ordinal) { ["p256"] = CipherSuite.P256, ["sm"] = SmSuite.Instance };

    /// <summary>Every suite there is.</summary>
    public static SuiteChoice Every { get; } = new(All.Keys);

    /// <summary>The suite of a number; null when it is not spoken here.</summary>
    public CipherSuite? Of(byte number) => Array.Find(spoken, one => one.Number == number);

    /// <summary>A certificate's signer in a suite; null when it is not spoken here.</summary>
    public IMessageSigner? SignerOf(byte number, IMessageSigner own) => Of(number) switch { null => null, SmSuite => new SmSigner(own), _ => own };
}
