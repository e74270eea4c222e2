using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>A RIS's worklist as files, one a scheduled step (Modality Worklist, PS3.4, Annex K.6.1.2.2).</summary>
internal static class WorklistFiles
{
    private const string SopClass = "1.2.840.10008.5.1.4.31", Ending = ".wl";

    /// <summary>Makes a device's list just these examinations.</summary>
    public static void Set(HospitalSite site, HostNamespace ris, HospitalDevice station, IReadOnlyCollection<Exam> exams)
    {
        string folder = FolderOf(site, ris);
        HashSet<string> wanted = [.. exams.Select(exam => NameOf(station, exam))];
        foreach (string old in Directory.EnumerateFiles(folder, station.Key + "-*" + Ending).Where(path => !wanted.Contains(Path.GetFileName(path))).ToList()) File.Delete(old);
        foreach (Exam exam in exams) Add(site, ris, exam);
    }

    /// <summary>Puts an examination on its device's list, as an order does.</summary>
    public static void Add(HospitalSite site, HostNamespace ris, Exam exam)
    {
        HospitalDevice station = site[exam.Device].Device;
        string path = Path.Combine(FolderOf(site, ris), NameOf(station, exam)), unfinished = path + ".new";
        File.WriteAllBytes(unfinished, DicomFile.ToBytes(SopClass, exam.StudyUid + ".7", DicomIdentity.Of(ris.Device), Item(exam, station)));
        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>The folder of the RIS's AE title, with the lock file that wlmscpfs asks for.</summary>
    public static string FolderOf(HospitalSite site, HostNamespace ris)
    {
        string folder = site.FolderOf($"worklist/{ris.Device.Key}/{DicomPorts.AeTitleOf(ris)}");
        string gate = Path.Combine(folder, "lockfile");
        if (!File.Exists(gate)) File.WriteAllBytes(gate, []);
        return folder;
    }

    private static string NameOf(HospitalDevice station, Exam exam) => $"{station.Key}-{exam.Accession}{Ending}";

    private static DataSet Item(Exam exam, HospitalDevice station)
    {
        DataSet item = DicomPatient.New(exam.Patient)
            .Set(0x00080050, "SH", exam.Accession)
            .Set(0x00080090, "PN", "")
            .Set(0x0020000D, "UI", exam.StudyUid)
            .Set(0x00321032, "PN", "")
            .Set(0x00321060, "LO", exam.Description)
            .Set(0x00380010, "LO", "")
            .Set(0x00401001, "SH", "RP" + exam.Accession)
            .Set(0x00401003, "SH", "ROUTINE");
        DataSet step = item.Item()
            .Set(0x00080060, "CS", exam.Modality)
            .Set(0x00321070, "LO", "")
            .Set(0x00400001, "AE", DicomIdentity.Of(station).AeTitle)
            .SetDate(0x00400002, exam.Scheduled)
            .SetTime(0x00400003, exam.Scheduled)
            .Set(0x00400006, "PN", "")
            .Set(0x00400007, "LO", exam.Description)
            .Set(0x00400009, "SH", "SP" + exam.Accession)
            .Set(0x00400010, "SH", station.HostName)
            .Set(0x00400011, "SH", station.Department.Key.ToUpperInvariant());
        return item.SetSequence(0x00400100, step);
    }
}
