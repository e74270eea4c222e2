using System.Formats.Asn1;
using System.Runtime.InteropServices;
using System.Text;
using Wardkeeper.DeviceAgent.Chips;
using static Wardkeeper.DeviceAgent.Chips.Pkcs11Words;

namespace Wardkeeper.Lab.Admission.Life;

/// <summary>
/// What a token gave of its private keys to somebody who asked for their values by PKCS#11 (C_GetAttributeValue of CKA_VALUE) with its PIN. Beside the key in question a second one is made that
/// may be given away, so that the question is seen to be answered; pkcs11-tool asks for no private key at all, and ends with 0.
/// </summary>
/// <param name="Kept">Bytes of the key in question.</param>
/// <param name="Open">Bytes of the key that may be given away.</param>
internal readonly record struct TokenTheft(int Kept, int Open)
{
    private const string OpenKey = "open";
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>Asks.</summary>
    /// <param name="path">The module; its settings are in the process's environment.</param>
    /// <param name="token">Label of the token.</param>
    /// <param name="pin">Its PIN.</param>
    /// <param name="label">Label of the key in question.</param>
    /// <exception cref="LabException">There is no such key.</exception>
    public static TokenTheft Of(string path, string token, string pin, string label)
    {
        Pkcs11Module module = new(path);
        try
        {
            ulong session = module.OpenSession(module.FindToken(token).Slot, Encoding.ASCII.GetBytes(pin));
            AsnWriter curve = new(AsnEncodingRules.DER);
            curve.WriteObjectIdentifier(P256);
            module.GeneratePair(session, EcKeyPairGeneration, Labelled(OpenKey).Add(EcParameters, curve.Encode()), Labelled(OpenKey).Add(Sensitive, false).Add(Extractable, true));
            return new TokenTheft(Given(module, session, label), Given(module, session, OpenKey));
        }
        finally
        {
            End(path);
        }
    }

    private static AttributeList Labelled(string label) => new AttributeList().Add(Token, true).Add(Label, label);

    private static int Given(Pkcs11Module module, ulong session, string label) =>
        module.Find(session, new AttributeList().Add(Class, PrivateKey).Add(Label, label)) is [ulong key, ..] ? module.Read(session, key, Value)?.Length ?? 0 : throw new LabException($"the token holds no private key {label}");

    /// <summary>Ends the module's work in this process, so that the next run's token is another.</summary>
    private static unsafe void End(string path)
    {
        nint module = NativeLibrary.Load(path);
        _ = ((delegate* unmanaged<nint, ulong>)NativeLibrary.GetExport(module, "C_Finalize"))(0);
        NativeLibrary.Free(module);
    }
}
