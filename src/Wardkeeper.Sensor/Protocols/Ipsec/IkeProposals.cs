using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Wardkeeper.Sensor.Protocols.Ipsec;

/// <summary>Reads what a security association payload offers, a text for each suite: the cipher first, its parts apart by <c>/</c>.</summary>
internal static class IkeProposals
{
    private const int MostSuites = 16, LongestSuite = 200;
    private const ushort KeyLength = 14;

    /// <summary>Suites of IKEv1: each transform is one. RFC 2409, appendix A. False when a length does not fit.</summary>
    public static bool ReadV1(ReadOnlySpan<byte> payload, List<string> into)
    {
        // Domain of interpretation and situation come first; with another situation than "identity only" more would follow.
        return payload.Length >= 8 && ReadProposals(payload[8..], into, isV2: false);
    }

    /// <summary>Suites of IKEv2: each proposal is one; where it leaves a choice, its members are apart by <c>|</c>. RFC 7296, 3.3.</summary>
    public static bool ReadV2(ReadOnlySpan<byte> payload, List<string> into) => ReadProposals(payload, into, isV2: true);

    private static bool ReadProposals(ReadOnlySpan<byte> rest, List<string> into, bool isV2)
    {
        while (!rest.IsEmpty)
        {
            if (rest.Length < 8) return false;
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]), identifier = rest[6], transforms = rest[7];
            if (length < 8 + identifier || length > rest.Length) return false;
            if (!ReadTransforms(rest[(8 + identifier)..length], transforms, into, isV2)) return false;
            if (rest[0] == 0) return true;
            rest = rest[length..];
        }
        return true;
    }

    private static bool ReadTransforms(ReadOnlySpan<byte> rest, int count, List<string> into, bool isV2)
    {
        StringBuilder suite = new();
        int lastType = 0;
        for (; count > 0; count--)
        {
            if (rest.Length < 8) return false;
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length < 8 || length > rest.Length) return false;
            if (isV2)
            {
                byte type = rest[4];
                if (suite.Length > 0 && suite.Length < LongestSuite) suite.Append(type == lastType ? '|' : '/');
                lastType = type;
                int? key = Attribute(rest[8..length], KeyLength);
                if (suite.Length < LongestSuite) suite.Append(IkeNames.Transform(type, BinaryPrimitives.ReadUInt16BigEndian(rest[6..]))).Append(key is null ? "" : "-" + key.Value.ToString(CultureInfo.InvariantCulture));
            }
            else if (into.Count < MostSuites)
            {
                into.Add(SuiteV1(rest[8..length]));
            }
            rest = rest[length..];
        }
        if (suite.Length > 0 && into.Count < MostSuites) into.Add(suite.ToString());
        return true;
    }

    private static string SuiteV1(ReadOnlySpan<byte> attributes)
    {
        string cipher = Attribute(attributes, 1) is { } one ? IkeNames.CipherV1(one) : "?";
        if (Attribute(attributes, KeyLength) is { } key) cipher += "-" + key.ToString(CultureInfo.InvariantCulture);
        string hash = Attribute(attributes, 2) is { } two ? IkeNames.HashV1(two) : "?", group = Attribute(attributes, 4) is { } four ? IkeNames.Group(four) : "?";
        return $"{cipher}/{hash}/{group}/{(Attribute(attributes, 3) is { } three ? IkeNames.AuthenticationV1(three) : "?")}";
    }

    /// <summary>Value of an attribute that is short, as all that matter here are. RFC 2408, 3.3.</summary>
    private static int? Attribute(ReadOnlySpan<byte> attributes, ushort wanted)
    {
        while (attributes.Length >= 4)
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(attributes), value = BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]);
            if ((type & 0x8000) != 0)
            {
                if ((type & 0x7FFF) == wanted) return value;
                attributes = attributes[4..];
                continue;
            }
            if (4 + value > attributes.Length) return null;
            attributes = attributes[(4 + value)..];
        }
        return null;
    }
}
