using Wardkeeper.Sensor.Formats.Dicom;

namespace Wardkeeper.Sensor.Content;

/// <summary>What the DICOM files of one body say together. Patients stand here as they were on the wire: they leave through a masker only.</summary>
internal sealed class DicomContent : IBodyContent
{
    /// <summary>Most SOP classes that are named.</summary>
    public const int MaxSopClasses = 16;

    /// <summary>Most patients that are told apart.</summary>
    public const int MaxPatients = 256;

    private readonly List<string> sopClasses = [];
    private readonly HashSet<string> patients = new(StringComparer.Ordinal);
    private bool isMixed;

    /// <summary>Files.</summary>
    public int Instances { get; private set; }

    /// <summary>What was wrong with the first file that was not right.</summary>
    public DataSetFault Fault { get; private set; }

    /// <summary>What else the first file with two faces is, by its preamble; null when none has.</summary>
    public string? OtherFace { get; private set; }

    /// <summary>Distinct SOP classes in the order of the files.</summary>
    public IReadOnlyList<string> SopClasses => sopClasses;

    /// <summary>Distinct patients, by identifier, else by name.</summary>
    public IReadOnlyCollection<string> Patients => patients;

    /// <summary>Study of the first file.</summary>
    public string? StudyUid { get; private set; }

    /// <summary>The device that made all of them; null when there are several or nothing is said.</summary>
    public DicomDevice? Device { get; private set; }

    /// <summary>Adds a file that was read.</summary>
    public void Add(Part10Reader file, DataSetFault fault)
    {
        DataSetFacts facts = file.Facts;
        if (Fault == DataSetFault.None) Fault = fault;
        OtherFace ??= PreambleKinds.Word(file.Face);
        StudyUid ??= facts[DicomTag.StudyInstance];
        if ((facts[DicomTag.SopClass] ?? facts[DicomTag.MediaSopClass]) is { } sopClass && sopClasses.Count < MaxSopClasses && !sopClasses.Contains(sopClass)) sopClasses.Add(sopClass);
        if ((facts[DicomTag.PatientId] ?? facts[DicomTag.PatientName]) is { } patient && patients.Count < MaxPatients) patients.Add(patient);
        DicomDevice device = new(facts[DicomTag.Manufacturer], facts[DicomTag.Model], facts[DicomTag.SerialNumber], facts[DicomTag.SoftwareVersions], facts[DicomTag.StationName], facts[DicomTag.Modality]);
        Join(device, 1);
    }

    /// <summary>Adds what other files say.</summary>
    /// <param name="others">The files.</param>
    /// <param name="isBeginning">Whether their end is no fault of theirs.</param>
    public void Add(DicomContent others, bool isBeginning)
    {
        if (Fault == DataSetFault.None && !(isBeginning && others.Fault == DataSetFault.Truncated)) Fault = others.Fault;
        OtherFace ??= others.OtherFace;
        StudyUid ??= others.StudyUid;
        foreach (string sopClass in others.sopClasses)
        {
            if (sopClasses.Count < MaxSopClasses && !sopClasses.Contains(sopClass)) sopClasses.Add(sopClass);
        }
        foreach (string patient in others.patients)
        {
            if (patients.Count < MaxPatients) patients.Add(patient);
        }
        Join(others.Device, others.Instances);
    }

    private void Join(DicomDevice? device, int instances)
    {
        isMixed |= Instances > 0 && device != Device;
        Device = isMixed ? null : device;
        Instances += instances;
    }
}

/// <summary>What a DICOM object says of the device that made it. PS3.3, section C.7.5.1.</summary>
/// <param name="Manufacturer">(0008,0070).</param>
/// <param name="Model">(0008,1090).</param>
/// <param name="SerialNumber">(0018,1000).</param>
/// <param name="SoftwareVersions">(0018,1020).</param>
/// <param name="Station">(0008,1010).</param>
/// <param name="Modality">(0008,0060).</param>
internal sealed record DicomDevice(string? Manufacturer, string? Model, string? SerialNumber, string? SoftwareVersions, string? Station, string? Modality);
