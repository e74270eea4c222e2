using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Wardkeeper.DeviceAgent.Chips;
using Wardkeeper.DeviceAgent.Configuration;
using Wardkeeper.DeviceAgent.Sealing;

namespace Wardkeeper.DeviceAgent;

/// <summary>What lies open in the state folder: which chip opens the rest, and how.</summary>
internal sealed record StateKey(ChipSettings Chip, WrappedKey Store);

/// <summary>The settings with what their files held when <c>init</c> read them.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="CaPem">Root certificates of the hub; null when a fingerprint is given.</param>
/// <param name="Token">The one-time token; null when there is none or it was used.</param>
/// <param name="IdevidPem">The maker's certificate and those up to its root; null when there is none.</param>
internal sealed record SealedSettings(AgentSettings Settings, string? CaPem, string? Token, string? IdevidPem);

/// <summary>
/// The state folder, opened by the chip: <c>state.json</c> in the open, <c>sealed/</c> behind the chip's key, <c>keys/</c> where there is no chip,
/// <c>running</c> locked by the one process that may change something, <c>process</c> its number.
/// </summary>
internal sealed class DeviceState : IDisposable
{
    private const string SettingsRecord = "settings";

    private readonly FileStream? running;

    private DeviceState(string folder, DeviceChip chip, SealedStore store, FileStream? running)
    {
        (Folder, Chip, Store, this.running) = (folder, chip, store, running);
    }

    /// <summary>Where it lies.</summary>
    public string Folder { get; }

    /// <summary>The keys.</summary>
    public DeviceChip Chip { get; }

    /// <summary>The sealed records.</summary>
    public SealedStore Store { get; }

    /// <summary>What <c>init</c> was given.</summary>
    public SealedSettings Settings { get; private set; } = null!;

    /// <summary>Seals settings into a folder. A second time keeps the chip's keys, the certificate and the counter.</summary>
    public static DeviceState Init(string folder, AgentSettings settings)
    {
        SealedSettings all = new(
            settings,
            settings.Hub.CaFile is { } ca ? ReadPem(ca, "hub.caFile") : null,
            settings.Enrolment.TokenFile is { } token ? OwnerOnly.ReadSecret(token, "enrolment.tokenFile") : null,
            settings.Enrolment.IdevidCertificate is { } idevid ? ReadPem(idevid, "enrolment.idevidCertificate") : null);
        OwnerOnly.MakeFolder(folder);
        FileStream? running = Lock(folder);
        DeviceChip? chip = null;
        try
        {
            chip = OpenChip(folder, settings.Chip);
            byte[] key;
            if (ReadKey(folder) is { } known)
            {
                key = chip.OpenStoreKey(known.Store);
                SaveKey(folder, known with { Chip = settings.Chip });
            }
            else
            {
                key = RandomNumberGenerator.GetBytes(32);
                SaveKey(folder, new StateKey(settings.Chip, chip.WrapStoreKey(key)));
            }
            DeviceState state = new(folder, chip, new SealedStore(Path.Combine(folder, "sealed"), key), running);
            state.SaveSettings(all);
            return state;
        }
        catch
        {
            chip?.Dispose();
            running?.Dispose();
            throw;
        }
    }

    /// <summary>Opens a folder that <c>init</c> made.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="toChange">Whether something is to be changed: then no other process may.</param>
    public static DeviceState Open(string folder, bool toChange)
    {
        StateKey known = ReadKey(folder) ?? throw new AgentFault(Outcome.Mistake, $"{folder} holds no state; run 'wardkeeper-agent init' first");
        FileStream? running = toChange ? Lock(folder) : null;
        DeviceChip? chip = null;
        try
        {
            chip = OpenChip(folder, known.Chip);
            DeviceState state = new(folder, chip, new SealedStore(Path.Combine(folder, "sealed"), chip.OpenStoreKey(known.Store)), running);
            state.Settings = state.Load(SettingsRecord, AgentJson.Default.SealedSettings) ?? throw new AgentFault(Outcome.Mistake, $"{folder} holds no settings; run 'wardkeeper-agent init' again");
            return state;
        }
        catch
        {
            chip?.Dispose();
            running?.Dispose();
            throw;
        }
    }

    /// <summary>The process that runs on a folder; null when none does.</summary>
    public static int? RunningProcess(string folder)
    {
        string path = Path.Combine(folder, "running");
        if (!File.Exists(path)) return null;
        try
        {
            using FileStream free = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return null;
        }
        catch (IOException)
        {
            string number = Path.Combine(folder, "process");
            return File.Exists(number) && int.TryParse(File.ReadAllText(number), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : null;
        }
    }

    /// <summary>Saves settings, such as those without the token that was used.</summary>
    public void SaveSettings(SealedSettings settings)
    {
        Settings = settings;
        Save(SettingsRecord, settings, AgentJson.Default.SealedSettings);
    }

    /// <summary>A sealed record as an object; null when there is none.</summary>
    public T? Load<T>(string name, JsonTypeInfo<T> type)
        where T : class => Store.Read(name) is { } bytes ? JsonSerializer.Deserialize(bytes, type) : null;

    /// <summary>Seals an object.</summary>
    public void Save<T>(string name, T value, JsonTypeInfo<T> type) => Store.Write(name, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public void Dispose()
    {
        Store.Dispose();
        Chip.Dispose();
        running?.Dispose();
    }

    private static FileStream Lock(string folder)
    {
        try
        {
            FileStream stream = new(Path.Combine(folder, "running"), new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            OwnerOnly.Write(Path.Combine(folder, "process"), System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            return stream;
        }
        catch (IOException taken)
        {
            throw new AgentFault(Outcome.Mistake, $"another wardkeeper-agent works on {folder}; stop it first", taken);
        }
    }

    private static DeviceChip OpenChip(string folder, ChipSettings chip) => chip.Kind == "pkcs11"
        ? new Pkcs11Chip(chip.Module!, chip.Token!, OwnerOnly.ReadSecret(chip.PinFile!, "chip.pinFile"), chip.Environment)
        : new FileChip(Path.Combine(folder, "keys"), chip.SecretFile!);

    private static StateKey? ReadKey(string folder)
    {
        string path = Path.Combine(folder, "state.json");
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), AgentJson.Default.StateKey) : null;
        }
        catch (JsonException wrong)
        {
            throw new AgentFault(Outcome.Chip, $"{path} is broken: {wrong.Message}", wrong);
        }
    }

    private static void SaveKey(string folder, StateKey key) => OwnerOnly.Write(Path.Combine(folder, "state.json"), JsonSerializer.SerializeToUtf8Bytes(key, AgentJson.Default.StateKey));

    private static string ReadPem(string path, string what)
    {
        if (!File.Exists(path)) throw new AgentFault(Outcome.Mistake, $"{what}: {path} is missing");
        string text = File.ReadAllText(path);
        return Enrolment.Pem.Certificates(text).Count > 0 ? text : throw new AgentFault(Outcome.Mistake, $"{what}: {path} holds no certificate");
    }
}
