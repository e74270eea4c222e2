using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using static Wardkeeper.DeviceAgent.Chips.Pkcs11Words;

namespace Wardkeeper.DeviceAgent.Chips;

/// <summary>
/// A chip's PKCS#11 module (OASIS PKCS#11 2.40), called by the table of functions that it hands out; only the calls that are needed here, and no reflection,
/// so that it works in a program compiled ahead. One module to a process: OpenSSL's engine opens the same one.
/// </summary>
internal sealed unsafe class Pkcs11Module
{
    // The table begins with a version in a word of its own; after it come the functions in the standard's order.
    private readonly nint* functions;

    /// <summary>Loads and initialises a module.</summary>
    /// <exception cref="AgentFault">There is none, or it does not start.</exception>
    public Pkcs11Module(string path)
    {
        if (!NativeLibrary.TryLoad(path, out nint library)) throw new AgentFault(Outcome.Chip, $"the PKCS#11 module {path} cannot be loaded; is its package installed?");
        if (!NativeLibrary.TryGetExport(library, "C_GetFunctionList", out nint entry)) throw new AgentFault(Outcome.Chip, $"{path} is no PKCS#11 module: it has no C_GetFunctionList");
        nint* table;
        Check(((delegate* unmanaged<nint**, ulong>)entry)(&table), "C_GetFunctionList");
        functions = table + 1;
        // CK_C_INITIALIZE_ARGS: four functions for locks, the flags, a reserved pointer.
        nint* arguments = stackalloc nint[6] { 0, 0, 0, 0, (nint)OsLockingOk, 0 };
        ulong started = ((delegate* unmanaged<nint*, ulong>)functions[0])(arguments);
        if (started != AlreadyInitialized) Check(started, "C_Initialize");
    }

    /// <summary>The slot whose token has a label, and what the token says of itself.</summary>
    /// <exception cref="AgentFault">There is no such token; the message names those that are there.</exception>
    public (ulong Slot, TokenFacts Facts) FindToken(string label)
    {
        ulong count = 0;
        var list = (delegate* unmanaged<byte, ulong*, ulong*, ulong>)functions[4];
        Check(list(1, null, &count), "C_GetSlotList");
        ulong[] slots = new ulong[count];
        fixed (ulong* at = slots) Check(list(1, at, &count), "C_GetSlotList");
        List<string> there = [];
        // CK_TOKEN_INFO: label 32, manufacturer 32, model 16, serial number 16, all padded with blanks; then what is not needed.
        byte* info = stackalloc byte[256];
        foreach (ulong slot in slots.AsSpan(0, (int)count))
        {
            if (((delegate* unmanaged<ulong, byte*, ulong>)functions[6])(slot, info) != Ok) continue;
            TokenFacts facts = new(Padded(info, 32), Padded(info + 32, 32), Padded(info + 64, 16), Padded(info + 80, 16));
            if (facts.Label == label) return (slot, facts);
            there.Add($"\"{facts.Label}\"");
        }
        throw new AgentFault(Outcome.Chip, $"no token \"{label}\" in the chip's module; there is {(there.Count == 0 ? "none" : string.Join(", ", there))}");
    }

    /// <summary>Whether a token knows a mechanism.</summary>
    public bool Knows(ulong slot, ulong mechanism)
    {
        ulong* info = stackalloc ulong[3];
        return ((delegate* unmanaged<ulong, ulong, ulong*, ulong>)functions[8])(slot, mechanism, info) == Ok;
    }

    /// <summary>Opens a session that may write, and logs in.</summary>
    /// <exception cref="AgentFault">The PIN is wrong or locked.</exception>
    public ulong OpenSession(ulong slot, ReadOnlySpan<byte> pin)
    {
        ulong session;
        Check(((delegate* unmanaged<ulong, ulong, nint, nint, ulong*, ulong>)functions[12])(slot, SerialSession | ReadWriteSession, 0, 0, &session), "C_OpenSession");
        Login(session, pin);
        return session;
    }

    /// <summary>Logs in; once for all sessions of the process.</summary>
    public void Login(ulong session, ReadOnlySpan<byte> pin)
    {
        fixed (byte* at = pin)
        {
            ulong answer = ((delegate* unmanaged<ulong, ulong, byte*, ulong, ulong>)functions[18])(session, User, at, (ulong)pin.Length);
            if (answer != UserAlreadyLoggedIn) Check(answer, "C_Login");
        }
    }

    /// <summary>Logs out all sessions; a TPM's module then takes its keys out of the TPM's few places.</summary>
    public void Logout(ulong session) => _ = ((delegate* unmanaged<ulong, ulong>)functions[19])(session);

    public void CloseSession(ulong session) => _ = ((delegate* unmanaged<ulong, ulong>)functions[13])(session);

    /// <summary>All objects that have these attributes, at most 256.</summary>
    public ulong[] Find(ulong session, AttributeList template)
    {
        using AttributeList.Pinned pinned = template.Pin();
        Check(((delegate* unmanaged<ulong, void*, ulong, ulong>)functions[26])(session, pinned.First, pinned.Count), "C_FindObjectsInit");
        ulong[] found = new ulong[256];
        ulong count;
        fixed (ulong* at = found) Check(((delegate* unmanaged<ulong, ulong*, ulong, ulong*, ulong>)functions[27])(session, at, (ulong)found.Length, &count), "C_FindObjects");
        Check(((delegate* unmanaged<ulong, ulong>)functions[28])(session), "C_FindObjectsFinal");
        return found[..(int)count];
    }

    /// <summary>One attribute of an object; null when it has none or does not give it away.</summary>
    public byte[]? Read(ulong session, ulong handle, ulong attribute)
    {
        nint* one = stackalloc nint[3] { (nint)attribute, 0, 0 };
        var get = (delegate* unmanaged<ulong, ulong, nint*, ulong, ulong>)functions[24];
        if (get(session, handle, one, 1) != Ok || one[2] <= 0 || one[2] > 65536) return null;
        byte[] value = new byte[one[2]];
        fixed (byte* at = value)
        {
            one[1] = (nint)at;
            return get(session, handle, one, 1) == Ok ? value[..(int)one[2]] : null;
        }
    }

    public void Destroy(ulong session, ulong handle) => Check(((delegate* unmanaged<ulong, ulong, ulong>)functions[22])(session, handle), "C_DestroyObject");

    /// <summary>Makes a pair of keys in the token.</summary>
    public void GeneratePair(ulong session, ulong mechanism, AttributeList forPublic, AttributeList forPrivate)
    {
        using AttributeList.Pinned one = forPublic.Pin(), other = forPrivate.Pin();
        nint* how = stackalloc nint[3] { (nint)mechanism, 0, 0 };
        ulong made, secret;
        Check(((delegate* unmanaged<ulong, nint*, void*, ulong, void*, ulong, ulong*, ulong*, ulong>)functions[59])(session, how, one.First, one.Count, other.First, other.Count, &made, &secret), "C_GenerateKeyPair");
    }

    /// <summary>ECDSA over a hash; r and s, one after the other (PKCS#11, section 6.3.1).</summary>
    public byte[] Sign(ulong session, ulong key, ReadOnlySpan<byte> hash)
    {
        nint* how = stackalloc nint[3] { (nint)Ecdsa, 0, 0 };
        Check(((delegate* unmanaged<ulong, nint*, ulong, ulong>)functions[42])(session, how, key), "C_SignInit");
        byte[] signature = new byte[132];
        ulong length = (ulong)signature.Length;
        fixed (byte* from = hash, to = signature) Check(((delegate* unmanaged<ulong, byte*, ulong, byte*, ulong*, ulong>)functions[43])(session, from, (ulong)hash.Length, to, &length), "C_Sign");
        return signature[..(int)length];
    }

    /// <summary>The secret that a key agrees on with another's point (CKM_ECDH1_DERIVE without a derivation of its own): 32 bytes for P-256.</summary>
    /// <param name="point">The other's public key, 04 ‖ X ‖ Y.</param>
    public byte[] Agree(ulong session, ulong key, ReadOnlySpan<byte> point)
    {
        AttributeList wanted = new AttributeList().Add(Class, SecretKey).Add(KeyType, KeyTypeGenericSecret).Add(Token, false).Add(Sensitive, false).Add(Extractable, true).Add(ValueLength, 32UL);
        using AttributeList.Pinned pinned = wanted.Pin();
        ulong secret;
        fixed (byte* at = point)
        {
            // CK_ECDH1_DERIVE_PARAMS: derivation, shared data (none), public data.
            nint* parameters = stackalloc nint[5] { (nint)NoKeyDerivation, 0, 0, point.Length, (nint)at };
            nint* how = stackalloc nint[3] { (nint)Ecdh1Derive, (nint)parameters, 40 };
            Check(((delegate* unmanaged<ulong, nint*, ulong, void*, ulong, ulong*, ulong>)functions[62])(session, how, key, pinned.First, pinned.Count, &secret), "C_DeriveKey");
        }
        byte[]? value = Read(session, secret, Value);
        Destroy(session, secret);
        return value ?? throw new AgentFault(Outcome.Chip, "the chip agrees on a secret but does not hand it out; its sealed store cannot be opened this way");
    }

    /// <summary>Opens what was encrypted for a key: RSA OAEP with SHA-256.</summary>
    public byte[] OpenOaep(ulong session, ulong key, ReadOnlySpan<byte> sealedBytes)
    {
        // CK_RSA_PKCS_OAEP_PARAMS: hash, mask, source, source data (none).
        nint* parameters = stackalloc nint[5] { (nint)Sha256, (nint)Mgf1Sha256, (nint)DataSpecified, 0, 0 };
        nint* how = stackalloc nint[3] { (nint)RsaOaep, (nint)parameters, 40 };
        Check(((delegate* unmanaged<ulong, nint*, ulong, ulong>)functions[33])(session, how, key), "C_DecryptInit");
        byte[] plain = new byte[sealedBytes.Length];
        ulong length = (ulong)plain.Length;
        fixed (byte* from = sealedBytes, to = plain) Check(((delegate* unmanaged<ulong, byte*, ulong, byte*, ulong*, ulong>)functions[34])(session, from, (ulong)sealedBytes.Length, to, &length), "C_Decrypt");
        return plain[..(int)length];
    }

    private static string Padded(byte* at, int length) => Encoding.UTF8.GetString(at, length).TrimEnd(' ', '\0');

    private static void Check(ulong answer, string call)
    {
        if (answer == Ok) return;
        string reason = answer switch
        {
            PinIncorrect => "the PIN is wrong",
            PinLocked => "the PIN is locked after too many wrong ones; the chip's security officer has to unlock it",
            TokenNotPresent or DeviceRemoved => "the chip is not there any more",
            MechanismInvalid => "the chip cannot do this",
            _ => string.Create(CultureInfo.InvariantCulture, $"the chip answers 0x{answer:x}"),
        };
        throw new AgentFault(Outcome.Chip, $"{reason} ({call})");
    }
}

/// <summary>What a token says of itself.</summary>
internal readonly record struct TokenFacts(string Label, string Manufacturer, string Model, string Serial);
