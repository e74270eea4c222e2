using System.Globalization;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services.Dicom;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>Examinations that scenes make up, and what honest machines do with them.</summary>
internal static class Examinations
{
    private const string Digits = "0123456789";
    private const int BusyImages = 5;

    /// <summary>An examination out of the dice.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="device">Who makes it.</param>
    /// <param name="images">How many images it has.</param>
    /// <param name="modality">Modality of the images; null for the device's own.</param>
    public static Exam Make(SceneStage stage, HospitalDevice device, int images, string? modality = null)
    {
        Dice dice = stage.Dice;
        return new Exam
        {
            Accession = "S" + dice.Letters(6, Digits),
            StudyUid = "2.25.1" + dice.Letters(30, Digits),
            Patient = new HospitalPatient("HL7" + dice.Letters(4, Digits), "", dice.Of(["MILLER", "SMITH", "KOCH", "WANG"]), dice.Of(["ANNA", "JOHN", "EVA"]), dice.Of(["F", "M"]), new DateOnly(dice.Between(1935, 2005), dice.Between(1, 12), dice.Between(1, 28)), "ascii", ""),
            Modality = modality ?? Cast.ModalityOf(device) ?? "OT",
            Description = dice.Of(["Thorax", "Abdomen", "Follow-up"]),
            Images = images,
            Scheduled = stage.Site.Date.ToDateTime(new TimeOnly(dice.Between(7, 16), dice.Between(0, 59))),
            Device = device.Key,
        };
    }

    /// <summary>A device stores an examination as it always does.</summary>
    public static Task StoreAsync(SceneStage stage, HospitalDevice archive, Exam exam, CancellationToken cancel) =>
        ActorRegistry.ActAsync(new ImagesStored(TimeSpan.Zero, exam.Device, archive.Key, exam), stage.Site, cancel);

    /// <summary>
    /// An ordinary week of an archive, on earlier days: every modality stores and has its images committed to, every workstation fetches, others echo. So the archive knows its callers when the scene begins.
    /// </summary>
    /// <param name="stage">The stage.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="busy">A modality that stores five images a day instead of one; null for none.</param>
    /// <param name="cancel">Breaks it off.</param>
    /// <returns>What was stored.</returns>
    public static async Task<Exam[]> WeekAsync(SceneStage stage, HospitalDevice archive, HospitalDevice? busy, CancellationToken cancel)
    {
        HospitalDevice[] callers = [.. Cast.Inside(stage.Site).Where(device => device.AeTitle is not null && !device.Offers.Contains("dicom"))];
        HospitalDevice[] stations = [.. callers.Where(IsStation)], servers = [.. callers.Where(device => device.Offers.Contains("worklist"))], makers = [.. callers.Except(stations).Except(servers)];
        List<Exam> all = [];
        await stage.EarlierAsync([.. callers.Select(caller => CallsTo(archive, caller)), .. callers.Select(caller => CallsFrom(archive, caller))], async () =>
        {
            Exam[] exams = [.. makers.Select(maker => Make(stage, maker, maker.Key == busy?.Key ? BusyImages : 1))];
            Exam[] wanted = [.. stations.Select(_ => stage.Dice.Of(exams))];
            await Task.WhenAll(exams.Select(async exam =>
            {
                await StoreAsync(stage, archive, exam, cancel);
                await ActorRegistry.ActAsync(new CommitmentRequested(TimeSpan.Zero, exam.Device, archive.Key, exam), stage.Site, cancel);
            }));
            await Task.WhenAll(stations.Zip(wanted, async (station, exam) =>
            {
                await MoveAsync(stage, station, archive, exam, cancel);
                await ActorRegistry.ActAsync(new StudyRetrieved(TimeSpan.Zero, station.Key, archive.Key, exam, RetrieveWay.Get), stage.Site, cancel);
            }));
            await Task.WhenAll(servers.Select(server => ActorRegistry.ActAsync(new EchoSent(TimeSpan.Zero, server.Key, archive.Key), stage.Site, cancel)));
            all.AddRange(exams);
        });
        return [.. all];

        static bool IsStation(HospitalDevice device) => device.Type == "imaging-workstation";
    }

    /// <summary>A workstation has an examination moved to it as it always does.</summary>
    public static Task MoveAsync(SceneStage stage, HospitalDevice station, HospitalDevice archive, Exam exam, CancellationToken cancel) =>
        ActorRegistry.ActAsync(new StudyRetrieved(TimeSpan.Zero, station.Key, archive.Key, exam, RetrieveWay.Move), stage.Site, cancel);

    /// <summary>Frames of a machine's calls to an archive.</summary>
    public static SceneTraffic CallsTo(HospitalDevice archive, HospitalDevice caller) => new(caller.Ip, null, archive.Ip, DicomPorts.Server);

    /// <summary>Frames of an archive's calls to a machine.</summary>
    public static SceneTraffic CallsFrom(HospitalDevice archive, HospitalDevice called) => new(archive.Ip, null, called.Ip, DicomPorts.Client);

    /// <summary>A key that restricts a query to recent years, as ordinary ones are restricted.</summary>
    public static string Recent(SceneStage stage) => string.Create(CultureInfo.InvariantCulture, $"StudyDate={stage.Site.Date.Year - 1}0101-");
}
