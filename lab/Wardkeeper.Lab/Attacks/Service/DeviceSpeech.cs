using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Attacks.Dicom;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Attacks.Service;

/// <summary>A device does what it does on any day, so that whoever listens knows what it is.</summary>
internal static class DeviceSpeech
{
    /// <summary>Lets it ask for its address, and store images where it makes some.</summary>
    public static async Task ShowAsync(SceneStage stage, HospitalDevice device, CancellationToken cancel)
    {
        if (device.Dhcp is not null && stage.Site.Devices.Any(one => one.Offers.Contains("dhcp"))) await ActorRegistry.ActAsync(new AddressAsked(TimeSpan.Zero, device.Key, Site.HospitalNetwork.Router), stage.Site, cancel);
        if (device.AeTitle is not null && Cast.ModalityOf(device) is not null) await Examinations.StoreAsync(stage, stage.Dice.Of(Cast.Archives(stage.Site)), Examinations.Make(stage, device, 1), cancel);
    }
}
