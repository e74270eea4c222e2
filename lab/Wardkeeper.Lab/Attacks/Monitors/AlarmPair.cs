using System.Xml.Linq;
using Wardkeeper.Lab.Emitters.Sdc;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Monitors;

/// <summary>Bedside devices that speak IEEE 11073 SDC, and the station that watches them; asks them by curl.</summary>
/// <param name="Station">Who reads.</param>
/// <param name="Providers">Who is read.</param>
internal sealed record AlarmPair(HostNamespace Station, IReadOnlyList<HostNamespace> Providers)
{
    /// <summary>The program.</summary>
    public static Requirement Needs { get; } = new("curl", "curl");

    /// <summary>Chooses some devices and the station that reads them: one that speaks SDC and offers none where there is one, else any machine at which people sit.</summary>
    /// <exception cref="LabException">No device speaks SDC.</exception>
    public static AlarmPair Of(SceneStage stage)
    {
        IReadOnlyList<HospitalDevice> all = Cast.Offering(stage.Site, "sdc");
        HospitalDevice[] providers = stage.Dice.Some(all, stage.Dice.Between(1, all.Count)), stations = [.. Cast.Inside(stage.Site).Where(device => device.Speaks.Contains("sdc") && !device.Offers.Contains("sdc"))];
        HospitalDevice station = stage.Dice.Of(stations.Length > 0 ? stations : Cast.DesksOf(stage.Site, device => !device.Offers.Contains("sdc")));
        return new AlarmPair(stage.Site[station.Key], [.. providers.Select(provider => stage.Site[provider.Key])]);
    }

    /// <summary>The station reads its devices on some earlier days, as it always does, and once more now.</summary>
    public async Task WatchAsync(SceneStage stage, CancellationToken cancel)
    {
        await stage.EarlierAsync([.. Providers.Select(provider => new SceneTraffic(Station.Device.Ip, null, provider.Device.Ip, SdcNames.ServicePort))], ReadAllAsync);
        await ReadAllAsync();

        async Task ReadAllAsync()
        {
            foreach (HostNamespace provider in Providers) await ReadAsync(stage, Station, provider, cancel);
        }
    }

    /// <summary>Asks a device for its state.</summary>
    public static Task ReadAsync(SceneStage stage, HostNamespace from, HostNamespace provider, CancellationToken cancel) =>
        AskAsync(stage, from, provider, SdcNames.GetAction("GetMdState"), new XElement(SdcNames.Message + "GetMdState"), cancel);

    /// <summary>Switches a device's alarms: <c>On</c>, <c>Psd</c> (paused) or <c>Off</c>.</summary>
    /// <exception cref="LabException">The device does not.</exception>
    public static async Task SwitchAsync(SceneStage stage, HostNamespace from, HostNamespace provider, string activation, CancellationToken cancel)
    {
        SoapMessage answer = await AskAsync(stage, from, provider, SdcNames.SetAction("SetAlertState"), Mdib.AskAlarms(activation), cancel);
        if (answer.Content.Descendants(SdcNames.Message + "InvocationState").FirstOrDefault()?.Value != "Fin") throw new LabException($"{provider.Device.Key} does not switch its alarms: {answer.Content}");
    }

    private static async Task<SoapMessage> AskAsync(SceneStage stage, HostNamespace from, HostNamespace provider, string action, XElement content, CancellationToken cancel)
    {
        string address = SdcNames.ServiceOf(provider.Device), id = SdcNames.Uuid(stage.Dice.Letters(16, "0123456789abcdef"));
        string request = System.Text.Encoding.UTF8.GetString(new SoapMessage(action, id, address, null, content).ToBytes());
        ProgramResult result = await stage.MustRunAsync(from, "curl", ["-sS", "-f", "-H", $"Content-Type: {SoapMessage.MediaType}; charset=utf-8", "-H", "Expect:", "--data-binary", "@-", address], cancel, request);
        SoapMessage answer = SoapMessage.Read(System.Text.Encoding.UTF8.GetBytes(result.Output.Trim()));
        return answer.RelatesTo == id ? answer : throw new LabException($"the answer of {provider.Device.Key} relates to another message");
    }
}
