namespace Wardkeeper.Sensor.Protocols.Dnp3;

/// <summary>Names of functions and controls. IEEE 1815, tables 4-1 and A-3.</summary>
internal static class Dnp3Names
{
    private static readonly NameTable Requests = new("FUNCTION",
        "CONFIRM READ WRITE SELECT OPERATE DIRECT_OPERATE DIRECT_OPERATE_NR IMMED_FREEZE IMMED_FREEZE_NR FREEZE_CLEAR FREEZE_CLEAR_NR FREEZE_AT_TIME FREEZE_AT_TIME_NR "
        + "COLD_RESTART WARM_RESTART INITIALIZE_DATA INITIALIZE_APPL START_APPL STOP_APPL SAVE_CONFIG ENABLE_UNSOLICITED DISABLE_UNSOLICITED ASSIGN_CLASS DELAY_MEASURE "
        + "RECORD_CURRENT_TIME OPEN_FILE CLOSE_FILE DELETE_FILE GET_FILE_INFO AUTHENTICATE_FILE ABORT_FILE ACTIVATE_CONFIG AUTHENTICATE_REQ AUTHENTICATE_ERR");

    private static readonly NameTable Operations = new("operation", "nul pulse-on pulse-off latch-on latch-off");

    public static string Function(byte code) => code switch { 0x81 => "RESPONSE", 0x82 => "UNSOLICITED_RESPONSE", 0x83 => "AUTHENTICATE_RESP", _ => Requests.Of(code) };

    /// <summary>Whether a function changes the outstation or what it controls.</summary>
    public static bool IsWrite(byte code) => code is (>= 2 and <= 6) or (>= 9 and <= 22) or 25 or 27 or 31;

    /// <summary>Control code of a relay output: trip or close, and how it switches.</summary>
    public static string Control(byte code) => ((code >> 6) switch { 1 => "close ", 2 => "trip ", _ => "" }) + Operations.Of(code & 0x0F);
}
