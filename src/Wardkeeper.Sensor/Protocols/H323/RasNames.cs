namespace Wardkeeper.Sensor.Protocols.H323;

/// <summary>The messages of RAS by the number of their choice. H.225.0, annex H, RasMessage.</summary>
internal static class RasNames
{
    public const int GatekeeperRequest = 0, GatekeeperConfirm = 1, RegistrationRequest = 3, AdmissionRequest = 9;

    private static readonly string[] Kinds = ["gatekeeper", "registration", "unregistration", "admission", "bandwidth", "disengage", "location"];

    /// <summary>How many root fields of a message are optional, each with a bit at its beginning.</summary>
    private static readonly int[] Optionals = [4, 2, 2, 3, 3, 2, 3, 1, 1, 7, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 2, 3];

    /// <summary>The number of optional fields; null for a message that is not read.</summary>
    public static int? Optional(int choice) => choice < Optionals.Length ? Optionals[choice] : null;

    /// <summary>Bytes before the number of the exchange: the choice, whether there are additions, which optional fields there are.</summary>
    public static int HeadBytes(int optional) => (6 + 1 + optional + 7) / 8;

    /// <summary>Messages come in threes: request, confirmation, rejection.</summary>
    public static bool IsAnswer(int choice) => choice < 21 ? choice % 3 != 0 : choice == 22;

    /// <summary>What is asked for.</summary>
    public static string Kind(int choice) => choice < 21 ? Kinds[choice / 3] : "information";

    /// <summary>How an answer went.</summary>
    public static string Outcome(int choice) => choice < 21 && choice % 3 == 2 ? "rejected" : "confirmed";

    /// <summary>Whether the number is followed by the version of the protocol.</summary>
    public static bool HasVersion(int choice) => choice < 6;
}
