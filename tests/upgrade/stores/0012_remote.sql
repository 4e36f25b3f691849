BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'oodaemon','0001_first_tables','2026-01-02');
INSERT INTO "_sqlite_migrations" VALUES(2,'oodaemon','0002_whole_results','2026-01-02');
INSERT INTO "_sqlite_migrations" VALUES(3,'oodaemon','0003_trade_logs','2026-01-02');
INSERT INTO "_sqlite_migrations" VALUES(4,'oodaemon','0004_evidence','2026-01-02');
INSERT INTO "_sqlite_migrations" VALUES(5,'oodaemon','0005_commands','2026-01-02');
INSERT INTO "_sqlite_migrations" VALUES(6,'oodaemon','0006_processes','2026-01-02');
INSERT INTO "_sqlite_migrations" VALUES(7,'oodaemon','0007_rules','2026-01-02');
INSERT INTO "_sqlite_migrations" VALUES(8,'oodaemon','0008_retention','2026-01-02');
INSERT INTO "_sqlite_migrations" VALUES(9,'oodaemon','0009_plans','2026-01-02');
INSERT INTO "_sqlite_migrations" VALUES(10,'oodaemon','0010_cache','2026-01-02');
INSERT INTO "_sqlite_migrations" VALUES(11,'oodaemon','0011_tests','2026-01-02');
INSERT INTO "_sqlite_migrations" VALUES(12,'oodaemon','0012_remote','2026-01-02');
CREATE TABLE answers (
    attempt_id INTEGER PRIMARY KEY REFERENCES attempts,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('result', 'refusal')),
    scope TEXT NOT NULL,
    test_id TEXT NOT NULL REFERENCES tests,
    fingerprint TEXT NOT NULL,
    start_date TEXT NOT NULL,
    end_date TEXT NOT NULL,
    has_trades INTEGER NOT NULL,
    has_charts INTEGER NOT NULL,
    answered_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;
CREATE TABLE attempts (
    attempt_id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    boot INTEGER NOT NULL,
    actor TEXT NOT NULL,
    incarnation INTEGER NOT NULL,
    leased_at TEXT NOT NULL,
    submitted_at TEXT,
    closed_at TEXT,
    outcome TEXT,
    seconds REAL,
    FOREIGN KEY (run_id, idx) REFERENCES tasks,
    CHECK ((closed_at IS NULL) = (outcome IS NULL))
) STRICT;
INSERT INTO "attempts" VALUES(1,'01KDYAKGSRY52B1G8ZVV5S3KHQ',0,1,'site/oo/browser/1',1,'2026-01-02T03:04:33.000000Z','2026-01-02T03:04:40.000000Z','2026-01-02T03:04:47.000000Z','succeeded',14.0);
INSERT INTO "attempts" VALUES(2,'01KDYAKGSRY52B1G8ZVV5S3KHQ',1,1,'site/oo/browser/1',2,'2026-01-02T03:04:54.000000Z','2026-01-02T03:05:01.000000Z','2026-01-02T03:05:08.000000Z','succeeded',14.0);
INSERT INTO "attempts" VALUES(3,'01KDYAKGSRY52B1G8ZVV5S3KHQ',2,1,'site/oo/browser/1',3,'2026-01-02T03:05:15.000000Z','2026-01-02T03:05:22.000000Z','2026-01-02T03:05:29.000000Z','succeeded',14.0);
INSERT INTO "attempts" VALUES(4,'01KDYANN58MVNVTTFY57BPTGSG',0,1,'site/oo/browser/1',4,'2026-01-02T03:05:43.000000Z','2026-01-02T03:05:50.000000Z','2026-01-02T03:05:57.000000Z','mismatch',14.0);
INSERT INTO "attempts" VALUES(5,'01KDYANN58MVNVTTFY57BPTGSG',1,1,'site/oo/browser/1',5,'2026-01-02T03:06:04.000000Z','2026-01-02T03:06:11.000000Z','2026-01-02T03:06:18.000000Z','site_error',14.0);
INSERT INTO "attempts" VALUES(6,'01KDYANN58MVNVTTFY57BPTGSG',2,1,'site/oo/browser/1',6,'2026-01-02T03:06:25.000000Z','2026-01-02T03:06:32.000000Z','2026-01-02T03:06:39.000000Z','browser',14.0);
INSERT INTO "attempts" VALUES(7,'01KDYANN58MVNVTTFY57BPTGSG',2,1,'site/oo/browser/1',7,'2026-01-02T03:06:46.000000Z','2026-01-02T03:06:53.000000Z','2026-01-02T03:07:00.000000Z','browser',14.0);
INSERT INTO "attempts" VALUES(8,'01KDYANN58MVNVTTFY57BPTGSG',2,1,'site/oo/browser/1',8,'2026-01-02T03:07:07.000000Z','2026-01-02T03:07:14.000000Z','2026-01-02T03:07:21.000000Z','browser',14.0);
INSERT INTO "attempts" VALUES(9,'01KDYANN58MVNVTTFY57BPTGSG',3,1,'site/oo/browser/1',9,'2026-01-02T03:07:28.000000Z','2026-01-02T03:07:35.000000Z','2026-01-02T03:07:42.000000Z','browser',14.0);
INSERT INTO "attempts" VALUES(10,'01KDYANN58MVNVTTFY57BPTGSG',3,1,'site/oo/browser/1',10,'2026-01-02T03:07:49.000000Z','2026-01-02T03:07:56.000000Z','2026-01-02T03:08:03.000000Z','succeeded',14.0);
INSERT INTO "attempts" VALUES(11,'01KDYATBHR0XP8FC5H4QP1TZD0',0,1,'site/oo/browser/1',11,'2026-01-02T03:08:17.000000Z','2026-01-02T03:08:24.000000Z','2026-01-02T03:08:31.000000Z','succeeded',14.0);
INSERT INTO "attempts" VALUES(12,'01KDYATBHR0XP8FC5H4QP1TZD0',1,1,'site/oo/browser/1',12,'2026-01-02T03:08:38.000000Z','2026-01-02T03:08:45.000000Z','2026-01-02T03:08:52.000000Z','timing',14.0);
INSERT INTO "attempts" VALUES(13,'01KDYAW27R7Z0Z2ZYKEK3AAE3Q',0,1,'site/oo/browser/1',13,'2026-01-02T03:09:13.000000Z','2026-01-02T03:09:20.000000Z','2026-01-02T03:09:27.000000Z','succeeded',14.0);
INSERT INTO "attempts" VALUES(14,'01KDYAXB88WTGGTHJ172K26CJN',0,1,'site/oo/browser/1',14,'2026-01-02T03:09:55.000000Z','2026-01-02T03:10:02.000000Z',NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(15,'01KDYAY6K8BWPHSYRGYRM2ET4D',0,1,'site/oo/browser/2',15,'2026-01-02T03:10:23.000000Z','2026-01-02T03:10:30.000000Z',NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(16,'01KDYAZ1Y87WFXWMKH01W19T52',0,1,'site/oo/browser/1',16,'2026-01-02T03:10:51.000000Z','2026-01-02T03:10:58.000000Z','2026-01-02T03:11:05.000000Z','mismatch',14.0);
INSERT INTO "attempts" VALUES(17,'01KDYAZ1Y87WFXWMKH01W19T52',1,1,'site/oo/browser/1',17,'2026-01-02T03:11:12.000000Z','2026-01-02T03:11:19.000000Z','2026-01-02T03:11:26.000000Z','mismatch',14.0);
INSERT INTO "attempts" VALUES(18,'01KDYAZ1Y87WFXWMKH01W19T52',2,1,'site/oo/browser/1',18,'2026-01-02T03:11:33.000000Z','2026-01-02T03:11:40.000000Z','2026-01-02T03:11:47.000000Z','mismatch',14.0);
INSERT INTO "attempts" VALUES(19,'01KDYAZ1Y87WFXWMKH01W19T52',2,1,'site/oo/browser/1',19,'2026-01-02T03:12:15.000000Z','2026-01-02T03:12:22.000000Z','2026-01-02T03:12:29.000000Z','succeeded',14.0);
INSERT INTO "attempts" VALUES(20,'01KDYB2FA838D8PCZ9D1GQJPEE',0,1,'site/oo/browser/1',20,'2026-01-02T03:12:43.000000Z','2026-01-02T03:12:50.000000Z','2026-01-02T03:13:04.000000Z','interrupted',21.0);
INSERT INTO "attempts" VALUES(21,'01KDYB3Z5G0DDKZN13B69EVKT5',0,1,'site/oo/browser/1',21,'2026-01-02T03:13:32.000000Z','2026-01-02T03:13:39.000000Z','2026-01-02T03:13:46.000000Z','succeeded',14.0);
INSERT INTO "attempts" VALUES(22,'01KDYB3Z5G0DDKZN13B69EVKT5',1,1,'site/oo/browser/1',22,'2026-01-02T03:14:00.000000Z','2026-01-02T03:14:07.000000Z','2026-01-02T03:14:14.000000Z','succeeded',14.0);
INSERT INTO "attempts" VALUES(23,'01KDYB5NVGD1Y3EYWTMAXJXPS0',0,1,'site/oo/browser/1',23,'2026-01-02T03:14:28.000000Z','2026-01-02T03:14:35.000000Z','2026-01-02T03:14:42.000000Z','mismatch',14.0);
INSERT INTO "attempts" VALUES(24,'01KDYB6R18XAAJX742P53RRA0X',0,1,'site/oo/browser/1',24,'2026-01-02T03:15:03.000000Z','2026-01-02T03:15:10.000000Z','2026-01-02T03:15:17.000000Z','succeeded',14.0);
INSERT INTO "attempts" VALUES(25,'01KDYB7KC8CESC81MN8QF13K4X',0,1,'site/oo/browser/1',25,'2026-01-02T03:15:31.000000Z','2026-01-02T03:15:38.000000Z','2026-01-02T03:15:45.000000Z','succeeded',14.0);
INSERT INTO "attempts" VALUES(26,'01KDYBASXGSG8W63CBERMDQMJY',0,1,'site/oo/browser/1',26,'2026-01-02T03:17:16.000000Z','2026-01-02T03:17:23.000000Z','2026-01-02T03:17:30.000000Z','succeeded',14.0);
INSERT INTO "attempts" VALUES(27,'01KDYBASXGSG8W63CBERMDQMJY',1,1,'site/oo/browser/1',27,'2026-01-02T03:17:37.000000Z','2026-01-02T03:17:44.000000Z','2026-01-02T03:17:51.000000Z','session',14.0);
INSERT INTO "attempts" VALUES(28,'01KDYBASXGSG8W63CBERMDQMJY',1,1,'site/oo/browser/3',28,'2026-01-02T03:17:58.000000Z',NULL,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(29,'01KDYBASXGSG8W63CBERMDQMJY',2,1,'site/oo/browser/1',29,'2026-01-02T03:18:05.000000Z','2026-01-02T03:18:12.000000Z','2026-01-02T03:18:19.000000Z','timing',14.0);
CREATE TABLE charts (
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    name TEXT NOT NULL,
    png BLOB NOT NULL,
    PRIMARY KEY (run_id, idx, name),
    FOREIGN KEY (run_id, idx) REFERENCES results
) STRICT;
INSERT INTO "charts" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ',0,'equity',X'504E47');
INSERT INTO "charts" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ',1,'equity',X'504E47');
INSERT INTO "charts" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ',2,'equity',X'504E47');
INSERT INTO "charts" VALUES('01KDYANN58MVNVTTFY57BPTGSG',3,'equity',X'504E47');
INSERT INTO "charts" VALUES('01KDYATBHR0XP8FC5H4QP1TZD0',0,'equity',X'504E47');
INSERT INTO "charts" VALUES('01KDYAW27R7Z0Z2ZYKEK3AAE3Q',0,'equity',X'504E47');
INSERT INTO "charts" VALUES('01KDYAZ1Y87WFXWMKH01W19T52',2,'equity',X'504E47');
INSERT INTO "charts" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5',0,'equity',X'504E47');
INSERT INTO "charts" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5',1,'equity',X'504E47');
INSERT INTO "charts" VALUES('01KDYB6R18XAAJX742P53RRA0X',0,'equity',X'504E47');
INSERT INTO "charts" VALUES('01KDYB7KC8CESC81MN8QF13K4X',0,'equity',X'504E47');
INSERT INTO "charts" VALUES('01KDYBASXGSG8W63CBERMDQMJY',0,'equity',X'504E47');
CREATE TABLE compactions (
    scope TEXT PRIMARY KEY,
    last_seq INTEGER NOT NULL,
    events INTEGER NOT NULL,
    compacted_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "compactions" VALUES('01KDYB7KC8CESC81MN8QF13K4X',131,8,'2026-01-02T03:15:59.000000Z');
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    occurred_at TEXT NOT NULL,
    boot INTEGER NOT NULL,
    type TEXT NOT NULL,
    run_id TEXT,
    idx INTEGER,
    attempt_id INTEGER,
    actor TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
INSERT INTO "events" VALUES(1,'2026-01-02T03:04:05.000000Z',1,'daemon_started',NULL,NULL,NULL,'','{"boot":1}');
INSERT INTO "events" VALUES(2,'2026-01-02T03:04:12.000000Z',1,'test_seen',NULL,NULL,NULL,'','{"test_id":"iron","name":"Iron condor","path":"/test/iron"}');
INSERT INTO "events" VALUES(3,'2026-01-02T03:04:19.000000Z',1,'site_condition_changed',NULL,NULL,NULL,'','{"kind":"SiteBlocked","message":"the site is away"}');
INSERT INTO "events" VALUES(4,'2026-01-02T03:04:26.000000Z',1,'run_submitted','01KDYAKGSRY52B1G8ZVV5S3KHQ',NULL,NULL,'','{"counts":{"pending":3,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"name":"completed","test_id":"iron","tasks":3}');
INSERT INTO "events" VALUES(5,'2026-01-02T03:04:26.000000Z',1,'run_phase_changed','01KDYAKGSRY52B1G8ZVV5S3KHQ',NULL,NULL,'','{"counts":{"pending":3,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"running"}');
INSERT INTO "events" VALUES(6,'2026-01-02T03:04:33.000000Z',1,'task_leased','01KDYAKGSRY52B1G8ZVV5S3KHQ',0,1,'site/oo/browser/1','{"counts":{"pending":2,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"attempt_number":1}');
INSERT INTO "events" VALUES(7,'2026-01-02T03:04:40.000000Z',1,'task_submitted','01KDYAKGSRY52B1G8ZVV5S3KHQ',0,1,'site/oo/browser/1','{"counts":{"pending":2,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}}');
INSERT INTO "events" VALUES(8,'2026-01-02T03:04:47.000000Z',1,'task_completed','01KDYAKGSRY52B1G8ZVV5S3KHQ',0,1,'site/oo/browser/1','{"counts":{"pending":2,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"metrics":{"pl":100.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}}');
INSERT INTO "events" VALUES(9,'2026-01-02T03:04:54.000000Z',1,'task_leased','01KDYAKGSRY52B1G8ZVV5S3KHQ',1,2,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true},"attempt_number":1}');
INSERT INTO "events" VALUES(10,'2026-01-02T03:05:01.000000Z',1,'task_submitted','01KDYAKGSRY52B1G8ZVV5S3KHQ',1,2,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}}');
INSERT INTO "events" VALUES(11,'2026-01-02T03:05:08.000000Z',1,'task_completed','01KDYAKGSRY52B1G8ZVV5S3KHQ',1,2,'site/oo/browser/1','{"counts":{"pending":1,"running":0,"completed":2,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true},"metrics":{"pl":101.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}}');
INSERT INTO "events" VALUES(12,'2026-01-02T03:05:15.000000Z',1,'task_leased','01KDYAKGSRY52B1G8ZVV5S3KHQ',2,3,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":2,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"attempt_number":1}');
INSERT INTO "events" VALUES(13,'2026-01-02T03:05:22.000000Z',1,'task_submitted','01KDYAKGSRY52B1G8ZVV5S3KHQ',2,3,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":2,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}}');
INSERT INTO "events" VALUES(14,'2026-01-02T03:05:29.000000Z',1,'task_completed','01KDYAKGSRY52B1G8ZVV5S3KHQ',2,3,'site/oo/browser/1','{"counts":{"pending":0,"running":0,"completed":3,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"metrics":{"pl":102.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}}');
INSERT INTO "events" VALUES(15,'2026-01-02T03:05:29.000000Z',1,'run_phase_changed','01KDYAKGSRY52B1G8ZVV5S3KHQ',NULL,NULL,'','{"counts":{"pending":0,"running":0,"completed":3,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"completed"}');
INSERT INTO "events" VALUES(16,'2026-01-02T03:05:36.000000Z',1,'run_submitted','01KDYANN58MVNVTTFY57BPTGSG',NULL,NULL,'','{"counts":{"pending":4,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"name":"needs review","test_id":"iron","tasks":4}');
INSERT INTO "events" VALUES(17,'2026-01-02T03:05:36.000000Z',1,'run_phase_changed','01KDYANN58MVNVTTFY57BPTGSG',NULL,NULL,'','{"counts":{"pending":4,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"running"}');
INSERT INTO "events" VALUES(18,'2026-01-02T03:05:43.000000Z',1,'task_leased','01KDYANN58MVNVTTFY57BPTGSG',0,4,'site/oo/browser/1','{"counts":{"pending":3,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"attempt_number":1}');
INSERT INTO "events" VALUES(19,'2026-01-02T03:05:50.000000Z',1,'task_submitted','01KDYANN58MVNVTTFY57BPTGSG',0,4,'site/oo/browser/1','{"counts":{"pending":3,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}}');
INSERT INTO "events" VALUES(20,'2026-01-02T03:05:57.000000Z',1,'task_failed','01KDYANN58MVNVTTFY57BPTGSG',0,4,'site/oo/browser/1','{"counts":{"pending":3,"running":0,"completed":0,"failed":1,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"failure_class":"mismatch","message":"because of mismatch"}');
INSERT INTO "events" VALUES(21,'2026-01-02T03:06:04.000000Z',1,'task_leased','01KDYANN58MVNVTTFY57BPTGSG',1,5,'site/oo/browser/1','{"counts":{"pending":2,"running":1,"completed":0,"failed":1,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true},"attempt_number":1}');
INSERT INTO "events" VALUES(22,'2026-01-02T03:06:11.000000Z',1,'task_submitted','01KDYANN58MVNVTTFY57BPTGSG',1,5,'site/oo/browser/1','{"counts":{"pending":2,"running":1,"completed":0,"failed":1,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}}');
INSERT INTO "events" VALUES(23,'2026-01-02T03:06:18.000000Z',1,'task_skipped','01KDYANN58MVNVTTFY57BPTGSG',1,5,'site/oo/browser/1','{"counts":{"pending":2,"running":0,"completed":0,"failed":1,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true},"failure_class":"site_error","message":"because of site_error"}');
INSERT INTO "events" VALUES(24,'2026-01-02T03:06:25.000000Z',1,'task_leased','01KDYANN58MVNVTTFY57BPTGSG',2,6,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":0,"failed":1,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"attempt_number":1}');
INSERT INTO "events" VALUES(25,'2026-01-02T03:06:32.000000Z',1,'task_submitted','01KDYANN58MVNVTTFY57BPTGSG',2,6,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":0,"failed":1,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}}');
INSERT INTO "events" VALUES(26,'2026-01-02T03:06:39.000000Z',1,'task_retry_scheduled','01KDYANN58MVNVTTFY57BPTGSG',2,6,'site/oo/browser/1','{"counts":{"pending":2,"running":0,"completed":0,"failed":1,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"failure_class":"browser","message":"because of browser"}');
INSERT INTO "events" VALUES(27,'2026-01-02T03:06:46.000000Z',1,'task_leased','01KDYANN58MVNVTTFY57BPTGSG',2,7,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":0,"failed":1,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"attempt_number":2}');
INSERT INTO "events" VALUES(28,'2026-01-02T03:06:53.000000Z',1,'task_submitted','01KDYANN58MVNVTTFY57BPTGSG',2,7,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":0,"failed":1,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}}');
INSERT INTO "events" VALUES(29,'2026-01-02T03:07:00.000000Z',1,'task_retry_scheduled','01KDYANN58MVNVTTFY57BPTGSG',2,7,'site/oo/browser/1','{"counts":{"pending":2,"running":0,"completed":0,"failed":1,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"failure_class":"browser","message":"because of browser"}');
INSERT INTO "events" VALUES(30,'2026-01-02T03:07:07.000000Z',1,'task_leased','01KDYANN58MVNVTTFY57BPTGSG',2,8,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":0,"failed":1,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"attempt_number":3}');
INSERT INTO "events" VALUES(31,'2026-01-02T03:07:14.000000Z',1,'task_submitted','01KDYANN58MVNVTTFY57BPTGSG',2,8,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":0,"failed":1,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}}');
INSERT INTO "events" VALUES(32,'2026-01-02T03:07:21.000000Z',1,'task_failed','01KDYANN58MVNVTTFY57BPTGSG',2,8,'site/oo/browser/1','{"counts":{"pending":1,"running":0,"completed":0,"failed":2,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"failure_class":"browser","message":"poison: it ended three browsers; because of browser"}');
INSERT INTO "events" VALUES(33,'2026-01-02T03:07:28.000000Z',1,'task_leased','01KDYANN58MVNVTTFY57BPTGSG',3,9,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":0,"failed":2,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":13,"delta.unit":"percent","label":"naïve 3","is_on":true},"attempt_number":1}');
INSERT INTO "events" VALUES(34,'2026-01-02T03:07:35.000000Z',1,'task_submitted','01KDYANN58MVNVTTFY57BPTGSG',3,9,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":0,"failed":2,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":13,"delta.unit":"percent","label":"naïve 3","is_on":true}}');
INSERT INTO "events" VALUES(35,'2026-01-02T03:07:42.000000Z',1,'task_retry_scheduled','01KDYANN58MVNVTTFY57BPTGSG',3,9,'site/oo/browser/1','{"counts":{"pending":1,"running":0,"completed":0,"failed":2,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":13,"delta.unit":"percent","label":"naïve 3","is_on":true},"failure_class":"browser","message":"because of browser"}');
INSERT INTO "events" VALUES(36,'2026-01-02T03:07:49.000000Z',1,'task_leased','01KDYANN58MVNVTTFY57BPTGSG',3,10,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":0,"failed":2,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":13,"delta.unit":"percent","label":"naïve 3","is_on":true},"attempt_number":2}');
INSERT INTO "events" VALUES(37,'2026-01-02T03:07:56.000000Z',1,'task_submitted','01KDYANN58MVNVTTFY57BPTGSG',3,10,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":0,"failed":2,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":13,"delta.unit":"percent","label":"naïve 3","is_on":true}}');
INSERT INTO "events" VALUES(38,'2026-01-02T03:08:03.000000Z',1,'task_completed','01KDYANN58MVNVTTFY57BPTGSG',3,10,'site/oo/browser/1','{"counts":{"pending":0,"running":0,"completed":1,"failed":2,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":13,"delta.unit":"percent","label":"naïve 3","is_on":true},"metrics":{"pl":103.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}}');
INSERT INTO "events" VALUES(39,'2026-01-02T03:08:03.000000Z',1,'run_phase_changed','01KDYANN58MVNVTTFY57BPTGSG',NULL,NULL,'','{"counts":{"pending":0,"running":0,"completed":1,"failed":2,"skipped":1,"cancelled":0,"cached":0},"phase":"needs_review"}');
INSERT INTO "events" VALUES(40,'2026-01-02T03:08:10.000000Z',1,'run_submitted','01KDYATBHR0XP8FC5H4QP1TZD0',NULL,NULL,'','{"counts":{"pending":3,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"name":"cancelled","test_id":"iron","tasks":3}');
INSERT INTO "events" VALUES(41,'2026-01-02T03:08:10.000000Z',1,'run_phase_changed','01KDYATBHR0XP8FC5H4QP1TZD0',NULL,NULL,'','{"counts":{"pending":3,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"running"}');
INSERT INTO "events" VALUES(42,'2026-01-02T03:08:17.000000Z',1,'task_leased','01KDYATBHR0XP8FC5H4QP1TZD0',0,11,'site/oo/browser/1','{"counts":{"pending":2,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"attempt_number":1}');
INSERT INTO "events" VALUES(43,'2026-01-02T03:08:24.000000Z',1,'task_submitted','01KDYATBHR0XP8FC5H4QP1TZD0',0,11,'site/oo/browser/1','{"counts":{"pending":2,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}}');
INSERT INTO "events" VALUES(44,'2026-01-02T03:08:31.000000Z',1,'task_completed','01KDYATBHR0XP8FC5H4QP1TZD0',0,11,'site/oo/browser/1','{"counts":{"pending":2,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"metrics":{"pl":100.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}}');
INSERT INTO "events" VALUES(45,'2026-01-02T03:08:38.000000Z',1,'task_leased','01KDYATBHR0XP8FC5H4QP1TZD0',1,12,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true},"attempt_number":1}');
INSERT INTO "events" VALUES(46,'2026-01-02T03:08:45.000000Z',1,'task_submitted','01KDYATBHR0XP8FC5H4QP1TZD0',1,12,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}}');
INSERT INTO "events" VALUES(47,'2026-01-02T03:08:52.000000Z',1,'task_retry_scheduled','01KDYATBHR0XP8FC5H4QP1TZD0',1,12,'site/oo/browser/1','{"counts":{"pending":2,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true},"failure_class":"timing","message":"because of timing","not_before":"2026-01-02T03:08:13.680696Z"}');
INSERT INTO "events" VALUES(48,'2026-01-02T03:08:59.000000Z',1,'run_cancel_requested','01KDYATBHR0XP8FC5H4QP1TZD0',NULL,NULL,'','{"counts":{"pending":2,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"mode":"drain","reason":"on purpose","client":"somebody@somewhere"}');
INSERT INTO "events" VALUES(49,'2026-01-02T03:08:59.000000Z',1,'task_cancelled','01KDYATBHR0XP8FC5H4QP1TZD0',1,NULL,'','{"counts":{"pending":1,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":1,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}}');
INSERT INTO "events" VALUES(50,'2026-01-02T03:08:59.000000Z',1,'task_cancelled','01KDYATBHR0XP8FC5H4QP1TZD0',2,NULL,'','{"counts":{"pending":0,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":2,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}}');
INSERT INTO "events" VALUES(51,'2026-01-02T03:08:59.000000Z',1,'run_phase_changed','01KDYATBHR0XP8FC5H4QP1TZD0',NULL,NULL,'','{"counts":{"pending":0,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":2,"cached":0},"phase":"cancelled"}');
INSERT INTO "events" VALUES(52,'2026-01-02T03:09:06.000000Z',1,'run_submitted','01KDYAW27R7Z0Z2ZYKEK3AAE3Q',NULL,NULL,'','{"counts":{"pending":3,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"name":"paused","test_id":"iron","tasks":3}');
INSERT INTO "events" VALUES(53,'2026-01-02T03:09:06.000000Z',1,'run_phase_changed','01KDYAW27R7Z0Z2ZYKEK3AAE3Q',NULL,NULL,'','{"counts":{"pending":3,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"running"}');
INSERT INTO "events" VALUES(54,'2026-01-02T03:09:13.000000Z',1,'task_leased','01KDYAW27R7Z0Z2ZYKEK3AAE3Q',0,13,'site/oo/browser/1','{"counts":{"pending":2,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"attempt_number":1}');
INSERT INTO "events" VALUES(55,'2026-01-02T03:09:20.000000Z',1,'task_submitted','01KDYAW27R7Z0Z2ZYKEK3AAE3Q',0,13,'site/oo/browser/1','{"counts":{"pending":2,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}}');
INSERT INTO "events" VALUES(56,'2026-01-02T03:09:27.000000Z',1,'task_completed','01KDYAW27R7Z0Z2ZYKEK3AAE3Q',0,13,'site/oo/browser/1','{"counts":{"pending":2,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"metrics":{"pl":100.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}}');
INSERT INTO "events" VALUES(57,'2026-01-02T03:09:34.000000Z',1,'run_pause_requested','01KDYAW27R7Z0Z2ZYKEK3AAE3Q',NULL,NULL,'','{"counts":{"pending":2,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"mode":"drain","reason":"on purpose","client":"somebody@somewhere"}');
INSERT INTO "events" VALUES(58,'2026-01-02T03:09:34.000000Z',1,'run_phase_changed','01KDYAW27R7Z0Z2ZYKEK3AAE3Q',NULL,NULL,'','{"counts":{"pending":2,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"paused"}');
INSERT INTO "events" VALUES(59,'2026-01-02T03:09:41.000000Z',1,'site_condition_changed',NULL,NULL,NULL,'','{"kind":"SiteBlocked","message":""}');
INSERT INTO "events" VALUES(60,'2026-01-02T03:09:48.000000Z',1,'run_submitted','01KDYAXB88WTGGTHJ172K26CJN',NULL,NULL,'','{"counts":{"pending":3,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"name":"pausing","test_id":"iron","tasks":3}');
INSERT INTO "events" VALUES(61,'2026-01-02T03:09:48.000000Z',1,'run_phase_changed','01KDYAXB88WTGGTHJ172K26CJN',NULL,NULL,'','{"counts":{"pending":3,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"running"}');
INSERT INTO "events" VALUES(62,'2026-01-02T03:09:55.000000Z',1,'task_leased','01KDYAXB88WTGGTHJ172K26CJN',0,14,'site/oo/browser/1','{"counts":{"pending":2,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"attempt_number":1}');
INSERT INTO "events" VALUES(63,'2026-01-02T03:10:02.000000Z',1,'task_submitted','01KDYAXB88WTGGTHJ172K26CJN',0,14,'site/oo/browser/1','{"counts":{"pending":2,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}}');
INSERT INTO "events" VALUES(64,'2026-01-02T03:10:09.000000Z',1,'run_pause_requested','01KDYAXB88WTGGTHJ172K26CJN',NULL,NULL,'','{"counts":{"pending":2,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"mode":"drain","reason":"on purpose","client":"somebody@somewhere"}');
INSERT INTO "events" VALUES(65,'2026-01-02T03:10:09.000000Z',1,'run_phase_changed','01KDYAXB88WTGGTHJ172K26CJN',NULL,NULL,'','{"counts":{"pending":2,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"pausing"}');
INSERT INTO "events" VALUES(66,'2026-01-02T03:10:16.000000Z',1,'run_submitted','01KDYAY6K8BWPHSYRGYRM2ET4D',NULL,NULL,'','{"counts":{"pending":2,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"name":"cancelling","test_id":"iron","tasks":2}');
INSERT INTO "events" VALUES(67,'2026-01-02T03:10:16.000000Z',1,'run_phase_changed','01KDYAY6K8BWPHSYRGYRM2ET4D',NULL,NULL,'','{"counts":{"pending":2,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"running"}');
INSERT INTO "events" VALUES(68,'2026-01-02T03:10:23.000000Z',1,'task_leased','01KDYAY6K8BWPHSYRGYRM2ET4D',0,15,'site/oo/browser/2','{"counts":{"pending":1,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"attempt_number":1}');
INSERT INTO "events" VALUES(69,'2026-01-02T03:10:30.000000Z',1,'task_submitted','01KDYAY6K8BWPHSYRGYRM2ET4D',0,15,'site/oo/browser/2','{"counts":{"pending":1,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}}');
INSERT INTO "events" VALUES(70,'2026-01-02T03:10:37.000000Z',1,'run_cancel_requested','01KDYAY6K8BWPHSYRGYRM2ET4D',NULL,NULL,'','{"counts":{"pending":1,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"mode":"drain","reason":"on purpose","client":"somebody@somewhere"}');
INSERT INTO "events" VALUES(71,'2026-01-02T03:10:37.000000Z',1,'task_cancelled','01KDYAY6K8BWPHSYRGYRM2ET4D',1,NULL,'','{"counts":{"pending":0,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":1,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}}');
INSERT INTO "events" VALUES(72,'2026-01-02T03:10:37.000000Z',1,'run_phase_changed','01KDYAY6K8BWPHSYRGYRM2ET4D',NULL,NULL,'','{"counts":{"pending":0,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":1,"cached":0},"phase":"cancelling"}');
INSERT INTO "events" VALUES(73,'2026-01-02T03:10:44.000000Z',1,'run_submitted','01KDYAZ1Y87WFXWMKH01W19T52',NULL,NULL,'','{"counts":{"pending":3,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"name":"decided","test_id":"iron","tasks":3}');
INSERT INTO "events" VALUES(74,'2026-01-02T03:10:44.000000Z',1,'run_phase_changed','01KDYAZ1Y87WFXWMKH01W19T52',NULL,NULL,'','{"counts":{"pending":3,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"running"}');
INSERT INTO "events" VALUES(75,'2026-01-02T03:10:51.000000Z',1,'task_leased','01KDYAZ1Y87WFXWMKH01W19T52',0,16,'site/oo/browser/1','{"counts":{"pending":2,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"attempt_number":1}');
INSERT INTO "events" VALUES(76,'2026-01-02T03:10:58.000000Z',1,'task_submitted','01KDYAZ1Y87WFXWMKH01W19T52',0,16,'site/oo/browser/1','{"counts":{"pending":2,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}}');
INSERT INTO "events" VALUES(77,'2026-01-02T03:11:05.000000Z',1,'task_failed','01KDYAZ1Y87WFXWMKH01W19T52',0,16,'site/oo/browser/1','{"counts":{"pending":2,"running":0,"completed":0,"failed":1,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"failure_class":"mismatch","message":"another delta"}');
INSERT INTO "events" VALUES(78,'2026-01-02T03:11:12.000000Z',1,'task_leased','01KDYAZ1Y87WFXWMKH01W19T52',1,17,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":0,"failed":1,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true},"attempt_number":1}');
INSERT INTO "events" VALUES(79,'2026-01-02T03:11:19.000000Z',1,'task_submitted','01KDYAZ1Y87WFXWMKH01W19T52',1,17,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":0,"failed":1,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}}');
INSERT INTO "events" VALUES(80,'2026-01-02T03:11:26.000000Z',1,'task_failed','01KDYAZ1Y87WFXWMKH01W19T52',1,17,'site/oo/browser/1','{"counts":{"pending":1,"running":0,"completed":0,"failed":2,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true},"failure_class":"mismatch","message":"another delta"}');
INSERT INTO "events" VALUES(81,'2026-01-02T03:11:33.000000Z',1,'task_leased','01KDYAZ1Y87WFXWMKH01W19T52',2,18,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":0,"failed":2,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"attempt_number":1}');
INSERT INTO "events" VALUES(82,'2026-01-02T03:11:40.000000Z',1,'task_submitted','01KDYAZ1Y87WFXWMKH01W19T52',2,18,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":0,"failed":2,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}}');
INSERT INTO "events" VALUES(83,'2026-01-02T03:11:47.000000Z',1,'task_failed','01KDYAZ1Y87WFXWMKH01W19T52',2,18,'site/oo/browser/1','{"counts":{"pending":0,"running":0,"completed":0,"failed":3,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"failure_class":"mismatch","message":"another delta"}');
INSERT INTO "events" VALUES(84,'2026-01-02T03:11:47.000000Z',1,'run_phase_changed','01KDYAZ1Y87WFXWMKH01W19T52',NULL,NULL,'','{"counts":{"pending":0,"running":0,"completed":0,"failed":3,"skipped":0,"cancelled":0,"cached":0},"phase":"needs_review"}');
INSERT INTO "events" VALUES(85,'2026-01-02T03:11:54.000000Z',1,'task_accepted','01KDYAZ1Y87WFXWMKH01W19T52',0,NULL,'','{"counts":{"pending":0,"running":0,"completed":1,"failed":2,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"reason":"on purpose","client":"somebody@somewhere","metrics":{"pl":3.5}}');
INSERT INTO "events" VALUES(86,'2026-01-02T03:12:01.000000Z',1,'task_skipped','01KDYAZ1Y87WFXWMKH01W19T52',1,NULL,'','{"counts":{"pending":0,"running":0,"completed":1,"failed":1,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true},"reason":"on purpose","client":"somebody@somewhere"}');
INSERT INTO "events" VALUES(87,'2026-01-02T03:12:08.000000Z',1,'task_reopened','01KDYAZ1Y87WFXWMKH01W19T52',2,NULL,'','{"counts":{"pending":1,"running":0,"completed":1,"failed":0,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"reason":"on purpose","client":"somebody@somewhere"}');
INSERT INTO "events" VALUES(88,'2026-01-02T03:12:08.000000Z',1,'run_phase_changed','01KDYAZ1Y87WFXWMKH01W19T52',NULL,NULL,'','{"counts":{"pending":1,"running":0,"completed":1,"failed":0,"skipped":1,"cancelled":0,"cached":0},"phase":"running"}');
INSERT INTO "events" VALUES(89,'2026-01-02T03:12:15.000000Z',1,'task_leased','01KDYAZ1Y87WFXWMKH01W19T52',2,19,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":1,"failed":0,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"attempt_number":2}');
INSERT INTO "events" VALUES(90,'2026-01-02T03:12:22.000000Z',1,'task_submitted','01KDYAZ1Y87WFXWMKH01W19T52',2,19,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":1,"failed":0,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}}');
INSERT INTO "events" VALUES(91,'2026-01-02T03:12:29.000000Z',1,'task_completed','01KDYAZ1Y87WFXWMKH01W19T52',2,19,'site/oo/browser/1','{"counts":{"pending":0,"running":0,"completed":2,"failed":0,"skipped":1,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"metrics":{"pl":102.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}}');
INSERT INTO "events" VALUES(92,'2026-01-02T03:12:29.000000Z',1,'run_phase_changed','01KDYAZ1Y87WFXWMKH01W19T52',NULL,NULL,'','{"counts":{"pending":0,"running":0,"completed":2,"failed":0,"skipped":1,"cancelled":0,"cached":0},"phase":"completed"}');
INSERT INTO "events" VALUES(93,'2026-01-02T03:12:36.000000Z',1,'run_submitted','01KDYB2FA838D8PCZ9D1GQJPEE',NULL,NULL,'','{"counts":{"pending":2,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"name":"stopped","test_id":"iron","tasks":2}');
INSERT INTO "events" VALUES(94,'2026-01-02T03:12:36.000000Z',1,'run_phase_changed','01KDYB2FA838D8PCZ9D1GQJPEE',NULL,NULL,'','{"counts":{"pending":2,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"running"}');
INSERT INTO "events" VALUES(95,'2026-01-02T03:12:43.000000Z',1,'task_leased','01KDYB2FA838D8PCZ9D1GQJPEE',0,20,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"attempt_number":1}');
INSERT INTO "events" VALUES(96,'2026-01-02T03:12:50.000000Z',1,'task_submitted','01KDYB2FA838D8PCZ9D1GQJPEE',0,20,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}}');
INSERT INTO "events" VALUES(97,'2026-01-02T03:12:57.000000Z',1,'run_pause_requested','01KDYB2FA838D8PCZ9D1GQJPEE',NULL,NULL,'','{"counts":{"pending":1,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"mode":"now","reason":"on purpose","client":"somebody@somewhere"}');
INSERT INTO "events" VALUES(98,'2026-01-02T03:12:57.000000Z',1,'run_phase_changed','01KDYB2FA838D8PCZ9D1GQJPEE',NULL,NULL,'','{"counts":{"pending":1,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"pausing"}');
INSERT INTO "events" VALUES(99,'2026-01-02T03:13:04.000000Z',1,'task_interrupted','01KDYB2FA838D8PCZ9D1GQJPEE',0,20,'site/oo/browser/1','{"counts":{"pending":2,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"failure_class":"interrupted","message":"the run was stopped at once"}');
INSERT INTO "events" VALUES(100,'2026-01-02T03:13:04.000000Z',1,'run_phase_changed','01KDYB2FA838D8PCZ9D1GQJPEE',NULL,NULL,'','{"counts":{"pending":2,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"paused"}');
INSERT INTO "events" VALUES(101,'2026-01-02T03:13:18.000000Z',1,'daemon_clock_gap',NULL,NULL,NULL,'','{"seconds":3600.0}');
INSERT INTO "events" VALUES(102,'2026-01-02T03:13:25.000000Z',1,'run_submitted','01KDYB3Z5G0DDKZN13B69EVKT5',NULL,NULL,'','{"counts":{"pending":1,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"name":"grown","test_id":"iron","tasks":1,"growing":"growing"}');
INSERT INTO "events" VALUES(103,'2026-01-02T03:13:25.000000Z',1,'run_phase_changed','01KDYB3Z5G0DDKZN13B69EVKT5',NULL,NULL,'','{"counts":{"pending":1,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"running"}');
INSERT INTO "events" VALUES(104,'2026-01-02T03:13:32.000000Z',1,'task_leased','01KDYB3Z5G0DDKZN13B69EVKT5',0,21,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":5,"delta.unit":"percent","label":"naïve","is_on":true},"attempt_number":1}');
INSERT INTO "events" VALUES(105,'2026-01-02T03:13:39.000000Z',1,'task_submitted','01KDYB3Z5G0DDKZN13B69EVKT5',0,21,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":5,"delta.unit":"percent","label":"naïve","is_on":true}}');
INSERT INTO "events" VALUES(106,'2026-01-02T03:13:46.000000Z',1,'task_completed','01KDYB3Z5G0DDKZN13B69EVKT5',0,21,'site/oo/browser/1','{"counts":{"pending":0,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":5,"delta.unit":"percent","label":"naïve","is_on":true},"metrics":{"pl":100.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}}');
INSERT INTO "events" VALUES(107,'2026-01-02T03:13:53.000000Z',1,'run_extended','01KDYB3Z5G0DDKZN13B69EVKT5',NULL,NULL,'','{"counts":{"pending":1,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"first":1,"tasks":1,"growing":"complete","message":"the best"}');
INSERT INTO "events" VALUES(108,'2026-01-02T03:14:00.000000Z',1,'task_leased','01KDYB3Z5G0DDKZN13B69EVKT5',1,22,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":6,"delta.unit":"percent","label":"naïve","is_on":true},"attempt_number":1}');
INSERT INTO "events" VALUES(109,'2026-01-02T03:14:07.000000Z',1,'task_submitted','01KDYB3Z5G0DDKZN13B69EVKT5',1,22,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":6,"delta.unit":"percent","label":"naïve","is_on":true}}');
INSERT INTO "events" VALUES(110,'2026-01-02T03:14:14.000000Z',1,'task_completed','01KDYB3Z5G0DDKZN13B69EVKT5',1,22,'site/oo/browser/1','{"counts":{"pending":0,"running":0,"completed":2,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":6,"delta.unit":"percent","label":"naïve","is_on":true},"metrics":{"pl":101.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}}');
INSERT INTO "events" VALUES(111,'2026-01-02T03:14:14.000000Z',1,'run_phase_changed','01KDYB3Z5G0DDKZN13B69EVKT5',NULL,NULL,'','{"counts":{"pending":0,"running":0,"completed":2,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"completed"}');
INSERT INTO "events" VALUES(112,'2026-01-02T03:14:21.000000Z',1,'run_submitted','01KDYB5NVGD1Y3EYWTMAXJXPS0',NULL,NULL,'','{"counts":{"pending":1,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"name":"stuck","test_id":"iron","tasks":1,"growing":"growing"}');
INSERT INTO "events" VALUES(113,'2026-01-02T03:14:21.000000Z',1,'run_phase_changed','01KDYB5NVGD1Y3EYWTMAXJXPS0',NULL,NULL,'','{"counts":{"pending":1,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"running"}');
INSERT INTO "events" VALUES(114,'2026-01-02T03:14:28.000000Z',1,'task_leased','01KDYB5NVGD1Y3EYWTMAXJXPS0',0,23,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":5,"delta.unit":"percent","label":"naïve","is_on":true},"attempt_number":1}');
INSERT INTO "events" VALUES(115,'2026-01-02T03:14:35.000000Z',1,'task_submitted','01KDYB5NVGD1Y3EYWTMAXJXPS0',0,23,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":5,"delta.unit":"percent","label":"naïve","is_on":true}}');
INSERT INTO "events" VALUES(116,'2026-01-02T03:14:42.000000Z',1,'task_failed','01KDYB5NVGD1Y3EYWTMAXJXPS0',0,23,'site/oo/browser/1','{"counts":{"pending":0,"running":0,"completed":0,"failed":1,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":5,"delta.unit":"percent","label":"naïve","is_on":true},"failure_class":"mismatch","message":"because of mismatch"}');
INSERT INTO "events" VALUES(117,'2026-01-02T03:14:49.000000Z',1,'run_extended','01KDYB5NVGD1Y3EYWTMAXJXPS0',NULL,NULL,'','{"counts":{"pending":0,"running":0,"completed":0,"failed":1,"skipped":0,"cancelled":0,"cached":0},"first":1,"tasks":0,"growing":"stuck","message":"nothing to go on from"}');
INSERT INTO "events" VALUES(118,'2026-01-02T03:14:49.000000Z',1,'run_phase_changed','01KDYB5NVGD1Y3EYWTMAXJXPS0',NULL,NULL,'','{"counts":{"pending":0,"running":0,"completed":0,"failed":1,"skipped":0,"cancelled":0,"cached":0},"phase":"needs_review"}');
INSERT INTO "events" VALUES(119,'2026-01-02T03:14:56.000000Z',1,'run_submitted','01KDYB6R18XAAJX742P53RRA0X',NULL,NULL,'','{"counts":{"pending":1,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"name":"between two parts","test_id":"iron","tasks":1,"growing":"growing"}');
INSERT INTO "events" VALUES(120,'2026-01-02T03:14:56.000000Z',1,'run_phase_changed','01KDYB6R18XAAJX742P53RRA0X',NULL,NULL,'','{"counts":{"pending":1,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"running"}');
INSERT INTO "events" VALUES(121,'2026-01-02T03:15:03.000000Z',1,'task_leased','01KDYB6R18XAAJX742P53RRA0X',0,24,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":5,"delta.unit":"percent","label":"naïve","is_on":true},"attempt_number":1}');
INSERT INTO "events" VALUES(122,'2026-01-02T03:15:10.000000Z',1,'task_submitted','01KDYB6R18XAAJX742P53RRA0X',0,24,'site/oo/browser/1','{"counts":{"pending":0,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":5,"delta.unit":"percent","label":"naïve","is_on":true}}');
INSERT INTO "events" VALUES(123,'2026-01-02T03:15:17.000000Z',1,'task_completed','01KDYB6R18XAAJX742P53RRA0X',0,24,'site/oo/browser/1','{"counts":{"pending":0,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":5,"delta.unit":"percent","label":"naïve","is_on":true},"metrics":{"pl":100.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}}');
INSERT INTO "events" VALUES(127,'2026-01-02T03:15:38.000000Z',1,'task_submitted','01KDYB7KC8CESC81MN8QF13K4X',0,25,'site/oo/browser/1','{"counts":{"pending":1,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}}');
INSERT INTO "events" VALUES(128,'2026-01-02T03:15:45.000000Z',1,'task_completed','01KDYB7KC8CESC81MN8QF13K4X',0,25,'site/oo/browser/1','{"counts":{"pending":1,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"metrics":{"pl":100.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}}');
INSERT INTO "events" VALUES(129,'2026-01-02T03:15:52.000000Z',1,'run_cancel_requested','01KDYB7KC8CESC81MN8QF13K4X',NULL,NULL,'','{"counts":{"pending":1,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"mode":"drain","reason":"on purpose","client":"somebody@somewhere"}');
INSERT INTO "events" VALUES(130,'2026-01-02T03:15:52.000000Z',1,'task_cancelled','01KDYB7KC8CESC81MN8QF13K4X',1,NULL,'','{"counts":{"pending":0,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":1,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}}');
INSERT INTO "events" VALUES(131,'2026-01-02T03:15:52.000000Z',1,'run_phase_changed','01KDYB7KC8CESC81MN8QF13K4X',NULL,NULL,'','{"counts":{"pending":0,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":1,"cached":0},"phase":"cancelled"}');
INSERT INTO "events" VALUES(132,'2026-01-02T03:15:59.000000Z',1,'run_compacted','01KDYB7KC8CESC81MN8QF13K4X',NULL,NULL,'','{"counts":{"pending":0,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":1,"cached":0},"desired":"cancel","mode":"drain","phase":"cancelled","growing":"complete","states":{"cancelled":"1","succeeded":"0"},"failures":[],"last_seq":131,"events":8,"message":"8 events up to 131 were removed"}');
INSERT INTO "events" VALUES(133,'2026-01-02T03:16:13.000000Z',1,'test_seen',NULL,NULL,NULL,'','{"test_id":"fly","name":"Fly","path":"/test/fly"}');
INSERT INTO "events" VALUES(134,'2026-01-02T03:16:13.000000Z',1,'test_seen',NULL,NULL,NULL,'','{"test_id":"gone","name":"Gone","path":"/test/gone"}');
INSERT INTO "events" VALUES(135,'2026-01-02T03:16:13.000000Z',1,'test_seen',NULL,NULL,NULL,'','{"test_id":"hidden","name":"Hidden","path":"/test/hidden"}');
INSERT INTO "events" VALUES(136,'2026-01-02T03:16:20.000000Z',1,'test_renamed',NULL,NULL,NULL,'','{"test_id":"fly","was":"Fly","name":"Butterfly","place":"site","client":"somebody@somewhere","reason":"on purpose"}');
INSERT INTO "events" VALUES(137,'2026-01-02T03:16:27.000000Z',1,'test_renamed',NULL,NULL,NULL,'','{"test_id":"iron","was":"Iron condor","name":"mine","place":"list","client":"somebody@somewhere","reason":"on purpose"}');
INSERT INTO "events" VALUES(138,'2026-01-02T03:16:34.000000Z',1,'test_removed',NULL,NULL,NULL,'','{"test_id":"gone","name":"Gone","place":"site","client":"somebody@somewhere","reason":"on purpose"}');
INSERT INTO "events" VALUES(139,'2026-01-02T03:16:41.000000Z',1,'test_removed',NULL,NULL,NULL,'','{"test_id":"hidden","name":"Hidden","place":"list","client":"somebody@somewhere","reason":"on purpose"}');
INSERT INTO "events" VALUES(140,'2026-01-02T03:17:09.000000Z',1,'run_submitted','01KDYBASXGSG8W63CBERMDQMJY',NULL,NULL,'','{"counts":{"pending":6,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"name":"running","test_id":"iron","tasks":6}');
INSERT INTO "events" VALUES(141,'2026-01-02T03:17:09.000000Z',1,'run_phase_changed','01KDYBASXGSG8W63CBERMDQMJY',NULL,NULL,'','{"counts":{"pending":6,"running":0,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"phase":"running"}');
INSERT INTO "events" VALUES(142,'2026-01-02T03:17:16.000000Z',1,'task_leased','01KDYBASXGSG8W63CBERMDQMJY',0,26,'site/oo/browser/1','{"counts":{"pending":5,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"attempt_number":1}');
INSERT INTO "events" VALUES(143,'2026-01-02T03:17:23.000000Z',1,'task_submitted','01KDYBASXGSG8W63CBERMDQMJY',0,26,'site/oo/browser/1','{"counts":{"pending":5,"running":1,"completed":0,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}}');
INSERT INTO "events" VALUES(144,'2026-01-02T03:17:30.000000Z',1,'task_completed','01KDYBASXGSG8W63CBERMDQMJY',0,26,'site/oo/browser/1','{"counts":{"pending":5,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false},"metrics":{"pl":100.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}}');
INSERT INTO "events" VALUES(145,'2026-01-02T03:17:37.000000Z',1,'task_leased','01KDYBASXGSG8W63CBERMDQMJY',1,27,'site/oo/browser/1','{"counts":{"pending":4,"running":1,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true},"attempt_number":1}');
INSERT INTO "events" VALUES(146,'2026-01-02T03:17:44.000000Z',1,'task_submitted','01KDYBASXGSG8W63CBERMDQMJY',1,27,'site/oo/browser/1','{"counts":{"pending":4,"running":1,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}}');
INSERT INTO "events" VALUES(147,'2026-01-02T03:17:51.000000Z',1,'task_retry_scheduled','01KDYBASXGSG8W63CBERMDQMJY',1,27,'site/oo/browser/1','{"counts":{"pending":5,"running":0,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true},"failure_class":"session","message":"because of session"}');
INSERT INTO "events" VALUES(148,'2026-01-02T03:17:58.000000Z',1,'task_leased','01KDYBASXGSG8W63CBERMDQMJY',1,28,'site/oo/browser/3','{"counts":{"pending":4,"running":1,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true},"attempt_number":2}');
INSERT INTO "events" VALUES(149,'2026-01-02T03:18:05.000000Z',1,'task_leased','01KDYBASXGSG8W63CBERMDQMJY',2,29,'site/oo/browser/1','{"counts":{"pending":3,"running":2,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"attempt_number":1}');
INSERT INTO "events" VALUES(150,'2026-01-02T03:18:12.000000Z',1,'task_submitted','01KDYBASXGSG8W63CBERMDQMJY',2,29,'site/oo/browser/1','{"counts":{"pending":3,"running":2,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}}');
INSERT INTO "events" VALUES(151,'2026-01-02T03:18:19.000000Z',1,'task_retry_scheduled','01KDYBASXGSG8W63CBERMDQMJY',2,29,'site/oo/browser/1','{"counts":{"pending":4,"running":1,"completed":1,"failed":0,"skipped":0,"cancelled":0,"cached":0},"values":{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false},"failure_class":"timing","message":"because of timing","not_before":"2026-01-02T03:18:21.143863Z"}');
CREATE TABLE evidence (
    attempt_id INTEGER NOT NULL REFERENCES attempts,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    sha256 TEXT NOT NULL,
    dropped_at TEXT,
    PRIMARY KEY (attempt_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE failures (
    attempt_id INTEGER PRIMARY KEY REFERENCES attempts,
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    class TEXT NOT NULL,
    message TEXT NOT NULL,
    failed_at TEXT NOT NULL, rules INTEGER NOT NULL DEFAULT 0,
    FOREIGN KEY (run_id, idx) REFERENCES tasks
) STRICT;
INSERT INTO "failures" VALUES(4,'01KDYANN58MVNVTTFY57BPTGSG',0,'mismatch','because of mismatch','2026-01-02T03:05:57.000000Z',1);
INSERT INTO "failures" VALUES(5,'01KDYANN58MVNVTTFY57BPTGSG',1,'site_error','because of site_error','2026-01-02T03:06:18.000000Z',1);
INSERT INTO "failures" VALUES(6,'01KDYANN58MVNVTTFY57BPTGSG',2,'browser','because of browser','2026-01-02T03:06:39.000000Z',1);
INSERT INTO "failures" VALUES(7,'01KDYANN58MVNVTTFY57BPTGSG',2,'browser','because of browser','2026-01-02T03:07:00.000000Z',1);
INSERT INTO "failures" VALUES(8,'01KDYANN58MVNVTTFY57BPTGSG',2,'browser','poison: it ended three browsers; because of browser','2026-01-02T03:07:21.000000Z',1);
INSERT INTO "failures" VALUES(9,'01KDYANN58MVNVTTFY57BPTGSG',3,'browser','because of browser','2026-01-02T03:07:42.000000Z',1);
INSERT INTO "failures" VALUES(12,'01KDYATBHR0XP8FC5H4QP1TZD0',1,'timing','because of timing','2026-01-02T03:08:52.000000Z',1);
INSERT INTO "failures" VALUES(16,'01KDYAZ1Y87WFXWMKH01W19T52',0,'mismatch','another delta','2026-01-02T03:11:05.000000Z',1);
INSERT INTO "failures" VALUES(17,'01KDYAZ1Y87WFXWMKH01W19T52',1,'mismatch','another delta','2026-01-02T03:11:26.000000Z',1);
INSERT INTO "failures" VALUES(18,'01KDYAZ1Y87WFXWMKH01W19T52',2,'mismatch','another delta','2026-01-02T03:11:47.000000Z',1);
INSERT INTO "failures" VALUES(23,'01KDYB5NVGD1Y3EYWTMAXJXPS0',0,'mismatch','because of mismatch','2026-01-02T03:14:42.000000Z',1);
INSERT INTO "failures" VALUES(27,'01KDYBASXGSG8W63CBERMDQMJY',1,'session','because of session','2026-01-02T03:17:51.000000Z',1);
INSERT INTO "failures" VALUES(29,'01KDYBASXGSG8W63CBERMDQMJY',2,'timing','because of timing','2026-01-02T03:18:19.000000Z',1);
CREATE TABLE imports (
    import_id TEXT PRIMARY KEY,
    log_id INTEGER NOT NULL UNIQUE REFERENCES log_files,
    sha256 TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;
CREATE TABLE log_files (
    log_id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    raw BLOB NOT NULL,
    columns TEXT NOT NULL,
    has_times INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    derived TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
INSERT INTO "log_files" VALUES(1,'log.csv','backtest','85789c0107b03749d0e10b043598fe0366dbf17cbaf1945f1da252cba7c3d732',X'789C6590DD6EC2300C85EF790ADFCF14A7B463E36E82316D2AA3A2BC4004A68BB4C62C0988BDFD12F13709E522473EDFB19D4C756058ECD8F20657A6BBEA7419DB42EDCC9AB1E2D663EDB833FB0E27DFE26FD6343548A54B83B37E39B4195CD089F8804BD65E2CCCC49D18AC07157E4A06B28D800D4EAF83C7D9DE6E3CE87066E6DAB5C6C2927F326C2212B8FDBD2E3791AE33DE1BB11E1E60C6ECF136F1CEBAA49A2F71615049944B1D8C5C3377C69BDEE15C0EDCB10D7193637CB26CCD4956E27D2FA7BCE893EAD310E9795C9463222C4639A1820F6D6108C588086A68560B505934D50928F15F523DC6584AF60BC2D7E3CEB8F87D6A384295F0244A8AEEBB138B792AC64358E2534CE4D4FB03AAF78C03','["Date Opened","Time Opened","Opening Price","Legs","Premium","Closing Price","Date Closed","Time Closed","Avg. Closing Cost","Reason For Close","P/L","No. of Contracts","Funds at Close","Margin Req.","Strategy","Opening Commissions + Fees","Closing Commissions + Fees","Opening Short/Long Ratio","Closing Short/Long Ratio","Gap","Movement","Max Profit","Max Loss"]',1,1,'{"trades":1.0,"winners":1.0,"losers":0.0,"net_profit":137.0,"gross_profit":137.0,"gross_loss":0.0,"fees":3.0,"expectancy":137.0,"average_win":137.0,"max_drawdown":0.0,"longest_losing_streak":0.0,"longest_winning_streak":1.0,"max_drawdown_percent":0.0,"average_duration_minutes":375.0}','2026-01-02T03:04:47.000000Z');
INSERT INTO "log_files" VALUES(2,'log.csv','backtest','85789c0107b03749d0e10b043598fe0366dbf17cbaf1945f1da252cba7c3d732',X'789C6590DD6EC2300C85EF790ADFCF14A7B463E36E82316D2AA3A2BC4004A68BB4C62C0988BDFD12F13709E522473EDFB19D4C756058ECD8F20657A6BBEA7419DB42EDCC9AB1E2D663EDB833FB0E27DFE26FD6343548A54B83B37E39B4195CD089F8804BD65E2CCCC49D18AC07157E4A06B28D800D4EAF83C7D9DE6E3CE87066E6DAB5C6C2927F326C2212B8FDBD2E3791AE33DE1BB11E1E60C6ECF136F1CEBAA49A2F71615049944B1D8C5C3377C69BDEE15C0EDCB10D7193637CB26CCD4956E27D2FA7BCE893EAD310E9795C9463222C4639A1820F6D6108C588086A68560B505934D50928F15F523DC6584AF60BC2D7E3CEB8F87D6A384295F0244A8AEEBB138B792AC64358E2534CE4D4FB03AAF78C03','["Date Opened","Time Opened","Opening Price","Legs","Premium","Closing Price","Date Closed","Time Closed","Avg. Closing Cost","Reason For Close","P/L","No. of Contracts","Funds at Close","Margin Req.","Strategy","Opening Commissions + Fees","Closing Commissions + Fees","Opening Short/Long Ratio","Closing Short/Long Ratio","Gap","Movement","Max Profit","Max Loss"]',1,1,'{"trades":1.0,"winners":1.0,"losers":0.0,"net_profit":137.0,"gross_profit":137.0,"gross_loss":0.0,"fees":3.0,"expectancy":137.0,"average_win":137.0,"max_drawdown":0.0,"longest_losing_streak":0.0,"longest_winning_streak":1.0,"max_drawdown_percent":0.0,"average_duration_minutes":375.0}','2026-01-02T03:05:08.000000Z');
INSERT INTO "log_files" VALUES(3,'log.csv','backtest','85789c0107b03749d0e10b043598fe0366dbf17cbaf1945f1da252cba7c3d732',X'789C6590DD6EC2300C85EF790ADFCF14A7B463E36E82316D2AA3A2BC4004A68BB4C62C0988BDFD12F13709E522473EDFB19D4C756058ECD8F20657A6BBEA7419DB42EDCC9AB1E2D663EDB833FB0E27DFE26FD6343548A54B83B37E39B4195CD089F8804BD65E2CCCC49D18AC07157E4A06B28D800D4EAF83C7D9DE6E3CE87066E6DAB5C6C2927F326C2212B8FDBD2E3791AE33DE1BB11E1E60C6ECF136F1CEBAA49A2F71615049944B1D8C5C3377C69BDEE15C0EDCB10D7193637CB26CCD4956E27D2FA7BCE893EAD310E9795C9463222C4639A1820F6D6108C588086A68560B505934D50928F15F523DC6584AF60BC2D7E3CEB8F87D6A384295F0244A8AEEBB138B792AC64358E2534CE4D4FB03AAF78C03','["Date Opened","Time Opened","Opening Price","Legs","Premium","Closing Price","Date Closed","Time Closed","Avg. Closing Cost","Reason For Close","P/L","No. of Contracts","Funds at Close","Margin Req.","Strategy","Opening Commissions + Fees","Closing Commissions + Fees","Opening Short/Long Ratio","Closing Short/Long Ratio","Gap","Movement","Max Profit","Max Loss"]',1,1,'{"trades":1.0,"winners":1.0,"losers":0.0,"net_profit":137.0,"gross_profit":137.0,"gross_loss":0.0,"fees":3.0,"expectancy":137.0,"average_win":137.0,"max_drawdown":0.0,"longest_losing_streak":0.0,"longest_winning_streak":1.0,"max_drawdown_percent":0.0,"average_duration_minutes":375.0}','2026-01-02T03:05:29.000000Z');
INSERT INTO "log_files" VALUES(4,'log.csv','backtest','85789c0107b03749d0e10b043598fe0366dbf17cbaf1945f1da252cba7c3d732',X'789C6590DD6EC2300C85EF790ADFCF14A7B463E36E82316D2AA3A2BC4004A68BB4C62C0988BDFD12F13709E522473EDFB19D4C756058ECD8F20657A6BBEA7419DB42EDCC9AB1E2D663EDB833FB0E27DFE26FD6343548A54B83B37E39B4195CD089F8804BD65E2CCCC49D18AC07157E4A06B28D800D4EAF83C7D9DE6E3CE87066E6DAB5C6C2927F326C2212B8FDBD2E3791AE33DE1BB11E1E60C6ECF136F1CEBAA49A2F71615049944B1D8C5C3377C69BDEE15C0EDCB10D7193637CB26CCD4956E27D2FA7BCE893EAD310E9795C9463222C4639A1820F6D6108C588086A68560B505934D50928F15F523DC6584AF60BC2D7E3CEB8F87D6A384295F0244A8AEEBB138B792AC64358E2534CE4D4FB03AAF78C03','["Date Opened","Time Opened","Opening Price","Legs","Premium","Closing Price","Date Closed","Time Closed","Avg. Closing Cost","Reason For Close","P/L","No. of Contracts","Funds at Close","Margin Req.","Strategy","Opening Commissions + Fees","Closing Commissions + Fees","Opening Short/Long Ratio","Closing Short/Long Ratio","Gap","Movement","Max Profit","Max Loss"]',1,1,'{"trades":1.0,"winners":1.0,"losers":0.0,"net_profit":137.0,"gross_profit":137.0,"gross_loss":0.0,"fees":3.0,"expectancy":137.0,"average_win":137.0,"max_drawdown":0.0,"longest_losing_streak":0.0,"longest_winning_streak":1.0,"max_drawdown_percent":0.0,"average_duration_minutes":375.0}','2026-01-02T03:08:03.000000Z');
INSERT INTO "log_files" VALUES(5,'log.csv','backtest','85789c0107b03749d0e10b043598fe0366dbf17cbaf1945f1da252cba7c3d732',X'789C6590DD6EC2300C85EF790ADFCF14A7B463E36E82316D2AA3A2BC4004A68BB4C62C0988BDFD12F13709E522473EDFB19D4C756058ECD8F20657A6BBEA7419DB42EDCC9AB1E2D663EDB833FB0E27DFE26FD6343548A54B83B37E39B4195CD089F8804BD65E2CCCC49D18AC07157E4A06B28D800D4EAF83C7D9DE6E3CE87066E6DAB5C6C2927F326C2212B8FDBD2E3791AE33DE1BB11E1E60C6ECF136F1CEBAA49A2F71615049944B1D8C5C3377C69BDEE15C0EDCB10D7193637CB26CCD4956E27D2FA7BCE893EAD310E9795C9463222C4639A1820F6D6108C588086A68560B505934D50928F15F523DC6584AF60BC2D7E3CEB8F87D6A384295F0244A8AEEBB138B792AC64358E2534CE4D4FB03AAF78C03','["Date Opened","Time Opened","Opening Price","Legs","Premium","Closing Price","Date Closed","Time Closed","Avg. Closing Cost","Reason For Close","P/L","No. of Contracts","Funds at Close","Margin Req.","Strategy","Opening Commissions + Fees","Closing Commissions + Fees","Opening Short/Long Ratio","Closing Short/Long Ratio","Gap","Movement","Max Profit","Max Loss"]',1,1,'{"trades":1.0,"winners":1.0,"losers":0.0,"net_profit":137.0,"gross_profit":137.0,"gross_loss":0.0,"fees":3.0,"expectancy":137.0,"average_win":137.0,"max_drawdown":0.0,"longest_losing_streak":0.0,"longest_winning_streak":1.0,"max_drawdown_percent":0.0,"average_duration_minutes":375.0}','2026-01-02T03:08:31.000000Z');
INSERT INTO "log_files" VALUES(6,'log.csv','backtest','85789c0107b03749d0e10b043598fe0366dbf17cbaf1945f1da252cba7c3d732',X'789C6590DD6EC2300C85EF790ADFCF14A7B463E36E82316D2AA3A2BC4004A68BB4C62C0988BDFD12F13709E522473EDFB19D4C756058ECD8F20657A6BBEA7419DB42EDCC9AB1E2D663EDB833FB0E27DFE26FD6343548A54B83B37E39B4195CD089F8804BD65E2CCCC49D18AC07157E4A06B28D800D4EAF83C7D9DE6E3CE87066E6DAB5C6C2927F326C2212B8FDBD2E3791AE33DE1BB11E1E60C6ECF136F1CEBAA49A2F71615049944B1D8C5C3377C69BDEE15C0EDCB10D7193637CB26CCD4956E27D2FA7BCE893EAD310E9795C9463222C4639A1820F6D6108C588086A68560B505934D50928F15F523DC6584AF60BC2D7E3CEB8F87D6A384295F0244A8AEEBB138B792AC64358E2534CE4D4FB03AAF78C03','["Date Opened","Time Opened","Opening Price","Legs","Premium","Closing Price","Date Closed","Time Closed","Avg. Closing Cost","Reason For Close","P/L","No. of Contracts","Funds at Close","Margin Req.","Strategy","Opening Commissions + Fees","Closing Commissions + Fees","Opening Short/Long Ratio","Closing Short/Long Ratio","Gap","Movement","Max Profit","Max Loss"]',1,1,'{"trades":1.0,"winners":1.0,"losers":0.0,"net_profit":137.0,"gross_profit":137.0,"gross_loss":0.0,"fees":3.0,"expectancy":137.0,"average_win":137.0,"max_drawdown":0.0,"longest_losing_streak":0.0,"longest_winning_streak":1.0,"max_drawdown_percent":0.0,"average_duration_minutes":375.0}','2026-01-02T03:09:27.000000Z');
INSERT INTO "log_files" VALUES(7,'log.csv','backtest','85789c0107b03749d0e10b043598fe0366dbf17cbaf1945f1da252cba7c3d732',X'789C6590DD6EC2300C85EF790ADFCF14A7B463E36E82316D2AA3A2BC4004A68BB4C62C0988BDFD12F13709E522473EDFB19D4C756058ECD8F20657A6BBEA7419DB42EDCC9AB1E2D663EDB833FB0E27DFE26FD6343548A54B83B37E39B4195CD089F8804BD65E2CCCC49D18AC07157E4A06B28D800D4EAF83C7D9DE6E3CE87066E6DAB5C6C2927F326C2212B8FDBD2E3791AE33DE1BB11E1E60C6ECF136F1CEBAA49A2F71615049944B1D8C5C3377C69BDEE15C0EDCB10D7193637CB26CCD4956E27D2FA7BCE893EAD310E9795C9463222C4639A1820F6D6108C588086A68560B505934D50928F15F523DC6584AF60BC2D7E3CEB8F87D6A384295F0244A8AEEBB138B792AC64358E2534CE4D4FB03AAF78C03','["Date Opened","Time Opened","Opening Price","Legs","Premium","Closing Price","Date Closed","Time Closed","Avg. Closing Cost","Reason For Close","P/L","No. of Contracts","Funds at Close","Margin Req.","Strategy","Opening Commissions + Fees","Closing Commissions + Fees","Opening Short/Long Ratio","Closing Short/Long Ratio","Gap","Movement","Max Profit","Max Loss"]',1,1,'{"trades":1.0,"winners":1.0,"losers":0.0,"net_profit":137.0,"gross_profit":137.0,"gross_loss":0.0,"fees":3.0,"expectancy":137.0,"average_win":137.0,"max_drawdown":0.0,"longest_losing_streak":0.0,"longest_winning_streak":1.0,"max_drawdown_percent":0.0,"average_duration_minutes":375.0}','2026-01-02T03:12:29.000000Z');
INSERT INTO "log_files" VALUES(8,'log.csv','backtest','85789c0107b03749d0e10b043598fe0366dbf17cbaf1945f1da252cba7c3d732',X'789C6590DD6EC2300C85EF790ADFCF14A7B463E36E82316D2AA3A2BC4004A68BB4C62C0988BDFD12F13709E522473EDFB19D4C756058ECD8F20657A6BBEA7419DB42EDCC9AB1E2D663EDB833FB0E27DFE26FD6343548A54B83B37E39B4195CD089F8804BD65E2CCCC49D18AC07157E4A06B28D800D4EAF83C7D9DE6E3CE87066E6DAB5C6C2927F326C2212B8FDBD2E3791AE33DE1BB11E1E60C6ECF136F1CEBAA49A2F71615049944B1D8C5C3377C69BDEE15C0EDCB10D7193637CB26CCD4956E27D2FA7BCE893EAD310E9795C9463222C4639A1820F6D6108C588086A68560B505934D50928F15F523DC6584AF60BC2D7E3CEB8F87D6A384295F0244A8AEEBB138B792AC64358E2534CE4D4FB03AAF78C03','["Date Opened","Time Opened","Opening Price","Legs","Premium","Closing Price","Date Closed","Time Closed","Avg. Closing Cost","Reason For Close","P/L","No. of Contracts","Funds at Close","Margin Req.","Strategy","Opening Commissions + Fees","Closing Commissions + Fees","Opening Short/Long Ratio","Closing Short/Long Ratio","Gap","Movement","Max Profit","Max Loss"]',1,1,'{"trades":1.0,"winners":1.0,"losers":0.0,"net_profit":137.0,"gross_profit":137.0,"gross_loss":0.0,"fees":3.0,"expectancy":137.0,"average_win":137.0,"max_drawdown":0.0,"longest_losing_streak":0.0,"longest_winning_streak":1.0,"max_drawdown_percent":0.0,"average_duration_minutes":375.0}','2026-01-02T03:13:46.000000Z');
INSERT INTO "log_files" VALUES(9,'log.csv','backtest','85789c0107b03749d0e10b043598fe0366dbf17cbaf1945f1da252cba7c3d732',X'789C6590DD6EC2300C85EF790ADFCF14A7B463E36E82316D2AA3A2BC4004A68BB4C62C0988BDFD12F13709E522473EDFB19D4C756058ECD8F20657A6BBEA7419DB42EDCC9AB1E2D663EDB833FB0E27DFE26FD6343548A54B83B37E39B4195CD089F8804BD65E2CCCC49D18AC07157E4A06B28D800D4EAF83C7D9DE6E3CE87066E6DAB5C6C2927F326C2212B8FDBD2E3791AE33DE1BB11E1E60C6ECF136F1CEBAA49A2F71615049944B1D8C5C3377C69BDEE15C0EDCB10D7193637CB26CCD4956E27D2FA7BCE893EAD310E9795C9463222C4639A1820F6D6108C588086A68560B505934D50928F15F523DC6584AF60BC2D7E3CEB8F87D6A384295F0244A8AEEBB138B792AC64358E2534CE4D4FB03AAF78C03','["Date Opened","Time Opened","Opening Price","Legs","Premium","Closing Price","Date Closed","Time Closed","Avg. Closing Cost","Reason For Close","P/L","No. of Contracts","Funds at Close","Margin Req.","Strategy","Opening Commissions + Fees","Closing Commissions + Fees","Opening Short/Long Ratio","Closing Short/Long Ratio","Gap","Movement","Max Profit","Max Loss"]',1,1,'{"trades":1.0,"winners":1.0,"losers":0.0,"net_profit":137.0,"gross_profit":137.0,"gross_loss":0.0,"fees":3.0,"expectancy":137.0,"average_win":137.0,"max_drawdown":0.0,"longest_losing_streak":0.0,"longest_winning_streak":1.0,"max_drawdown_percent":0.0,"average_duration_minutes":375.0}','2026-01-02T03:14:14.000000Z');
INSERT INTO "log_files" VALUES(10,'log.csv','backtest','85789c0107b03749d0e10b043598fe0366dbf17cbaf1945f1da252cba7c3d732',X'789C6590DD6EC2300C85EF790ADFCF14A7B463E36E82316D2AA3A2BC4004A68BB4C62C0988BDFD12F13709E522473EDFB19D4C756058ECD8F20657A6BBEA7419DB42EDCC9AB1E2D663EDB833FB0E27DFE26FD6343548A54B83B37E39B4195CD089F8804BD65E2CCCC49D18AC07157E4A06B28D800D4EAF83C7D9DE6E3CE87066E6DAB5C6C2927F326C2212B8FDBD2E3791AE33DE1BB11E1E60C6ECF136F1CEBAA49A2F71615049944B1D8C5C3377C69BDEE15C0EDCB10D7193637CB26CCD4956E27D2FA7BCE893EAD310E9795C9463222C4639A1820F6D6108C588086A68560B505934D50928F15F523DC6584AF60BC2D7E3CEB8F87D6A384295F0244A8AEEBB138B792AC64358E2534CE4D4FB03AAF78C03','["Date Opened","Time Opened","Opening Price","Legs","Premium","Closing Price","Date Closed","Time Closed","Avg. Closing Cost","Reason For Close","P/L","No. of Contracts","Funds at Close","Margin Req.","Strategy","Opening Commissions + Fees","Closing Commissions + Fees","Opening Short/Long Ratio","Closing Short/Long Ratio","Gap","Movement","Max Profit","Max Loss"]',1,1,'{"trades":1.0,"winners":1.0,"losers":0.0,"net_profit":137.0,"gross_profit":137.0,"gross_loss":0.0,"fees":3.0,"expectancy":137.0,"average_win":137.0,"max_drawdown":0.0,"longest_losing_streak":0.0,"longest_winning_streak":1.0,"max_drawdown_percent":0.0,"average_duration_minutes":375.0}','2026-01-02T03:15:17.000000Z');
INSERT INTO "log_files" VALUES(11,'log.csv','backtest','85789c0107b03749d0e10b043598fe0366dbf17cbaf1945f1da252cba7c3d732',X'789C6590DD6EC2300C85EF790ADFCF14A7B463E36E82316D2AA3A2BC4004A68BB4C62C0988BDFD12F13709E522473EDFB19D4C756058ECD8F20657A6BBEA7419DB42EDCC9AB1E2D663EDB833FB0E27DFE26FD6343548A54B83B37E39B4195CD089F8804BD65E2CCCC49D18AC07157E4A06B28D800D4EAF83C7D9DE6E3CE87066E6DAB5C6C2927F326C2212B8FDBD2E3791AE33DE1BB11E1E60C6ECF136F1CEBAA49A2F71615049944B1D8C5C3377C69BDEE15C0EDCB10D7193637CB26CCD4956E27D2FA7BCE893EAD310E9795C9463222C4639A1820F6D6108C588086A68560B505934D50928F15F523DC6584AF60BC2D7E3CEB8F87D6A384295F0244A8AEEBB138B792AC64358E2534CE4D4FB03AAF78C03','["Date Opened","Time Opened","Opening Price","Legs","Premium","Closing Price","Date Closed","Time Closed","Avg. Closing Cost","Reason For Close","P/L","No. of Contracts","Funds at Close","Margin Req.","Strategy","Opening Commissions + Fees","Closing Commissions + Fees","Opening Short/Long Ratio","Closing Short/Long Ratio","Gap","Movement","Max Profit","Max Loss"]',1,1,'{"trades":1.0,"winners":1.0,"losers":0.0,"net_profit":137.0,"gross_profit":137.0,"gross_loss":0.0,"fees":3.0,"expectancy":137.0,"average_win":137.0,"max_drawdown":0.0,"longest_losing_streak":0.0,"longest_winning_streak":1.0,"max_drawdown_percent":0.0,"average_duration_minutes":375.0}','2026-01-02T03:15:45.000000Z');
INSERT INTO "log_files" VALUES(12,'log.csv','backtest','85789c0107b03749d0e10b043598fe0366dbf17cbaf1945f1da252cba7c3d732',X'789C6590DD6EC2300C85EF790ADFCF14A7B463E36E82316D2AA3A2BC4004A68BB4C62C0988BDFD12F13709E522473EDFB19D4C756058ECD8F20657A6BBEA7419DB42EDCC9AB1E2D663EDB833FB0E27DFE26FD6343548A54B83B37E39B4195CD089F8804BD65E2CCCC49D18AC07157E4A06B28D800D4EAF83C7D9DE6E3CE87066E6DAB5C6C2927F326C2212B8FDBD2E3791AE33DE1BB11E1E60C6ECF136F1CEBAA49A2F71615049944B1D8C5C3377C69BDEE15C0EDCB10D7193637CB26CCD4956E27D2FA7BCE893EAD310E9795C9463222C4639A1820F6D6108C588086A68560B505934D50928F15F523DC6584AF60BC2D7E3CEB8F87D6A384295F0244A8AEEBB138B792AC64358E2534CE4D4FB03AAF78C03','["Date Opened","Time Opened","Opening Price","Legs","Premium","Closing Price","Date Closed","Time Closed","Avg. Closing Cost","Reason For Close","P/L","No. of Contracts","Funds at Close","Margin Req.","Strategy","Opening Commissions + Fees","Closing Commissions + Fees","Opening Short/Long Ratio","Closing Short/Long Ratio","Gap","Movement","Max Profit","Max Loss"]',1,1,'{"trades":1.0,"winners":1.0,"losers":0.0,"net_profit":137.0,"gross_profit":137.0,"gross_loss":0.0,"fees":3.0,"expectancy":137.0,"average_win":137.0,"max_drawdown":0.0,"longest_losing_streak":0.0,"longest_winning_streak":1.0,"max_drawdown_percent":0.0,"average_duration_minutes":375.0}','2026-01-02T03:17:30.000000Z');
CREATE TABLE looks (
    scope TEXT NOT NULL,
    test_id TEXT NOT NULL REFERENCES tests,
    fingerprint TEXT NOT NULL,
    start_date TEXT NOT NULL,
    end_date TEXT NOT NULL,
    looked_at TEXT NOT NULL,
    PRIMARY KEY (scope, test_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('boot','1');
INSERT INTO "meta" VALUES('clean','0');
INSERT INTO "meta" VALUES('generation','1');
INSERT INTO "meta" VALUES('site_is_blocked','0');
INSERT INTO "meta" VALUES('store_id','5bc8fbbc-bde5-4099-8164-d8399f767c45');
CREATE TABLE os_procs (pid INTEGER NOT NULL, started TEXT NOT NULL, host_boot TEXT NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL, boot INTEGER NOT NULL, folder TEXT NOT NULL, PRIMARY KEY (pid, started, host_boot)) STRICT, WITHOUT ROWID;
INSERT INTO "os_procs" VALUES(4000000,'0','a boot of the machine','browser','site/oo/browser/1',1,'/tmp/gone');
CREATE TABLE outbox (
    channel TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    standing TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "outbox" VALUES('webhook',3,'{"SiteBlocked":1}');
CREATE TABLE parts (
    run_id TEXT NOT NULL REFERENCES runs,
    first_idx INTEGER NOT NULL,
    part TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (run_id, first_idx),
    FOREIGN KEY (run_id, first_idx) REFERENCES tasks
) STRICT, WITHOUT ROWID;
INSERT INTO "parts" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5',0,'stage 1','');
INSERT INTO "parts" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5',1,'stage 2','the best of stage 1');
INSERT INTO "parts" VALUES('01KDYB5NVGD1Y3EYWTMAXJXPS0',0,'stage 1','');
INSERT INTO "parts" VALUES('01KDYB6R18XAAJX742P53RRA0X',0,'stage 1','');
CREATE TABLE quarantine (
    attempt_id INTEGER PRIMARY KEY REFERENCES attempts,
    metrics TEXT NOT NULL,
    extra TEXT NOT NULL,
    proof TEXT NOT NULL,
    config TEXT NOT NULL
) STRICT;
INSERT INTO "quarantine" VALUES(16,'{"pl":3.5}','{"Sharpe":"2"}','{"read_back":["x"]}','{}');
INSERT INTO "quarantine" VALUES(17,'{"pl":3.5}','{"Sharpe":"2"}','{"read_back":["x"]}','{}');
INSERT INTO "quarantine" VALUES(18,'{"pl":3.5}','{"Sharpe":"2"}','{"read_back":["x"]}','{}');
CREATE TABLE requests (
    request_id TEXT PRIMARY KEY,
    method TEXT NOT NULL,
    digest TEXT NOT NULL,
    response TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
INSERT INTO "requests" VALUES('request of completed','SubmitRun','d','01KDYAKGSRY52B1G8ZVV5S3KHQ','2026-01-02T03:04:26.000000Z');
INSERT INTO "requests" VALUES('request of needs review','SubmitRun','d','01KDYANN58MVNVTTFY57BPTGSG','2026-01-02T03:05:36.000000Z');
INSERT INTO "requests" VALUES('request of cancelled','SubmitRun','d','01KDYATBHR0XP8FC5H4QP1TZD0','2026-01-02T03:08:10.000000Z');
INSERT INTO "requests" VALUES('request of paused','SubmitRun','d','01KDYAW27R7Z0Z2ZYKEK3AAE3Q','2026-01-02T03:09:06.000000Z');
INSERT INTO "requests" VALUES('request of pausing','SubmitRun','d','01KDYAXB88WTGGTHJ172K26CJN','2026-01-02T03:09:48.000000Z');
INSERT INTO "requests" VALUES('request of cancelling','SubmitRun','d','01KDYAY6K8BWPHSYRGYRM2ET4D','2026-01-02T03:10:16.000000Z');
INSERT INTO "requests" VALUES('request of decided','SubmitRun','d','01KDYAZ1Y87WFXWMKH01W19T52','2026-01-02T03:10:44.000000Z');
INSERT INTO "requests" VALUES('request of stopped','SubmitRun','d','01KDYB2FA838D8PCZ9D1GQJPEE','2026-01-02T03:12:36.000000Z');
INSERT INTO "requests" VALUES('request of compacted','SubmitRun','d','01KDYB7KC8CESC81MN8QF13K4X','2026-01-02T03:15:24.000000Z');
INSERT INTO "requests" VALUES('request of running','SubmitRun','d','01KDYBASXGSG8W63CBERMDQMJY','2026-01-02T03:17:09.000000Z');
CREATE TABLE results (
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    attempt_id INTEGER NOT NULL UNIQUE REFERENCES attempts,
    metrics TEXT NOT NULL,
    extra TEXT NOT NULL,
    proof TEXT NOT NULL,
    recorded_at TEXT NOT NULL, config TEXT NOT NULL DEFAULT '{}', origin TEXT NOT NULL DEFAULT 'verified' CHECK (origin IN ('verified', 'late', 'accepted')),
    PRIMARY KEY (run_id, idx),
    FOREIGN KEY (run_id, idx) REFERENCES tasks
) STRICT;
INSERT INTO "results" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ',0,1,'{"pl":100.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}','{"Max Drawdown":"-3.1 %"}','{"heading":"Unsaved Backtest","read_back":["SetField(''Delta'')"],"cards":[["P/L","$100","up"]]}','2026-01-02T03:04:47.000000Z','{}','verified');
INSERT INTO "results" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ',1,2,'{"pl":101.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}','{"Max Drawdown":"-3.1 %"}','{"heading":"Unsaved Backtest","read_back":["SetField(''Delta'')"],"cards":[["P/L","$100","up"]]}','2026-01-02T03:05:08.000000Z','{}','verified');
INSERT INTO "results" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ',2,3,'{"pl":102.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}','{"Max Drawdown":"-3.1 %"}','{"heading":"Unsaved Backtest","read_back":["SetField(''Delta'')"],"cards":[["P/L","$100","up"]]}','2026-01-02T03:05:29.000000Z','{}','verified');
INSERT INTO "results" VALUES('01KDYANN58MVNVTTFY57BPTGSG',3,10,'{"pl":103.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}','{"Max Drawdown":"-3.1 %"}','{"heading":"Unsaved Backtest","read_back":["SetField(''Delta'')"],"cards":[["P/L","$100","up"]]}','2026-01-02T03:08:03.000000Z','{}','verified');
INSERT INTO "results" VALUES('01KDYATBHR0XP8FC5H4QP1TZD0',0,11,'{"pl":100.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}','{"Max Drawdown":"-3.1 %"}','{"heading":"Unsaved Backtest","read_back":["SetField(''Delta'')"],"cards":[["P/L","$100","up"]]}','2026-01-02T03:08:31.000000Z','{}','verified');
INSERT INTO "results" VALUES('01KDYAW27R7Z0Z2ZYKEK3AAE3Q',0,13,'{"pl":100.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}','{"Max Drawdown":"-3.1 %"}','{"heading":"Unsaved Backtest","read_back":["SetField(''Delta'')"],"cards":[["P/L","$100","up"]]}','2026-01-02T03:09:27.000000Z','{}','verified');
INSERT INTO "results" VALUES('01KDYAZ1Y87WFXWMKH01W19T52',0,16,'{"pl":3.5}','{"Sharpe":"2"}','{"read_back":["x"]}','2026-01-02T03:11:54.000000Z','{}','accepted');
INSERT INTO "results" VALUES('01KDYAZ1Y87WFXWMKH01W19T52',2,19,'{"pl":102.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}','{"Max Drawdown":"-3.1 %"}','{"heading":"Unsaved Backtest","read_back":["SetField(''Delta'')"],"cards":[["P/L","$100","up"]]}','2026-01-02T03:12:29.000000Z','{}','verified');
INSERT INTO "results" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5',0,21,'{"pl":100.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}','{"Max Drawdown":"-3.1 %"}','{"heading":"Unsaved Backtest","read_back":["SetField(''Delta'')"],"cards":[["P/L","$100","up"]]}','2026-01-02T03:13:46.000000Z','{}','verified');
INSERT INTO "results" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5',1,22,'{"pl":101.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}','{"Max Drawdown":"-3.1 %"}','{"heading":"Unsaved Backtest","read_back":["SetField(''Delta'')"],"cards":[["P/L","$100","up"]]}','2026-01-02T03:14:14.000000Z','{}','verified');
INSERT INTO "results" VALUES('01KDYB6R18XAAJX742P53RRA0X',0,24,'{"pl":100.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}','{"Max Drawdown":"-3.1 %"}','{"heading":"Unsaved Backtest","read_back":["SetField(''Delta'')"],"cards":[["P/L","$100","up"]]}','2026-01-02T03:15:17.000000Z','{}','verified');
INSERT INTO "results" VALUES('01KDYB7KC8CESC81MN8QF13K4X',0,25,'{"pl":100.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}','{"Max Drawdown":"-3.1 %"}','{"heading":"Unsaved Backtest","read_back":["SetField(''Delta'')"],"cards":[["P/L","$100","up"]]}','2026-01-02T03:15:45.000000Z','{}','verified');
INSERT INTO "results" VALUES('01KDYBASXGSG8W63CBERMDQMJY',0,26,'{"pl":100.25,"cagr":-0.5,"win_percentage":66.6,"total_trades":12}','{"Max Drawdown":"-3.1 %"}','{"heading":"Unsaved Backtest","read_back":["SetField(''Delta'')"],"cards":[["P/L","$100","up"]]}','2026-01-02T03:17:30.000000Z','{}','verified');
CREATE TABLE reuses (
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    attempt_id INTEGER NOT NULL REFERENCES answers,
    reused_at TEXT NOT NULL,
    PRIMARY KEY (run_id, idx),
    FOREIGN KEY (run_id, idx) REFERENCES tasks
) STRICT, WITHOUT ROWID;
CREATE TABLE reveals (
    scope TEXT NOT NULL,
    test_id TEXT NOT NULL REFERENCES tests,
    fingerprint TEXT NOT NULL,
    shape TEXT NOT NULL,
    digest TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (scope, test_id, fingerprint, shape)
) STRICT, WITHOUT ROWID;
CREATE TABLE rulings (
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('accepted', 'skipped')),
    client TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    decided_at TEXT NOT NULL,
    PRIMARY KEY (run_id, idx),
    FOREIGN KEY (run_id, idx) REFERENCES tasks
) STRICT, WITHOUT ROWID;
INSERT INTO "rulings" VALUES('01KDYAZ1Y87WFXWMKH01W19T52',0,'accepted','somebody@somewhere','on purpose','2026-01-02T03:11:54.000000Z');
INSERT INTO "rulings" VALUES('01KDYAZ1Y87WFXWMKH01W19T52',1,'skipped','somebody@somewhere','on purpose','2026-01-02T03:12:01.000000Z');
CREATE TABLE runs (
    run_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    test_id TEXT NOT NULL REFERENCES tests,
    revision INTEGER NOT NULL,
    desired TEXT NOT NULL CHECK (desired IN ('run', 'pause', 'cancel')),
    phase TEXT NOT NULL,
    last_lease INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    ended_at TEXT
, wants_trades INTEGER NOT NULL DEFAULT 0, wants_charts INTEGER NOT NULL DEFAULT 0, mode TEXT NOT NULL DEFAULT 'drain' CHECK (mode IN ('drain', 'now')), frozen_at TEXT, growing TEXT NOT NULL DEFAULT 'complete' CHECK (growing IN ('complete', 'growing', 'stuck')), planned INTEGER, fresh INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "runs" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ','completed','iron',10,'run','completed',3,'2026-01-02T03:04:26.000000Z','2026-01-02T03:05:29.000000Z',0,0,'drain','2026-01-02T03:04:26.000000Z','complete',NULL,0);
INSERT INTO "runs" VALUES('01KDYANN58MVNVTTFY57BPTGSG','needs review','iron',22,'run','needs_review',10,'2026-01-02T03:05:36.000000Z','2026-01-02T03:08:03.000000Z',0,0,'drain','2026-01-02T03:05:36.000000Z','complete',NULL,0);
INSERT INTO "runs" VALUES('01KDYATBHR0XP8FC5H4QP1TZD0','cancelled','iron',8,'cancel','cancelled',12,'2026-01-02T03:08:10.000000Z','2026-01-02T03:08:59.000000Z',0,0,'drain',NULL,'complete',NULL,0);
INSERT INTO "runs" VALUES('01KDYAW27R7Z0Z2ZYKEK3AAE3Q','paused','iron',5,'pause','paused',13,'2026-01-02T03:09:06.000000Z',NULL,0,0,'drain','2026-01-02T03:09:06.000000Z','complete',NULL,0);
INSERT INTO "runs" VALUES('01KDYAXB88WTGGTHJ172K26CJN','pausing','iron',4,'pause','pausing',14,'2026-01-02T03:09:48.000000Z',NULL,0,0,'drain','2026-01-02T03:10:09.000000Z','complete',NULL,0);
INSERT INTO "runs" VALUES('01KDYAY6K8BWPHSYRGYRM2ET4D','cancelling','iron',4,'cancel','cancelling',15,'2026-01-02T03:10:16.000000Z',NULL,0,0,'drain',NULL,'complete',NULL,0);
INSERT INTO "runs" VALUES('01KDYAZ1Y87WFXWMKH01W19T52','decided','iron',16,'run','completed',19,'2026-01-02T03:10:44.000000Z','2026-01-02T03:12:29.000000Z',0,0,'drain',NULL,'complete',NULL,0);
INSERT INTO "runs" VALUES('01KDYB2FA838D8PCZ9D1GQJPEE','stopped','iron',5,'pause','paused',20,'2026-01-02T03:12:36.000000Z',NULL,0,0,'now','2026-01-02T03:12:57.000000Z','complete',NULL,0);
INSERT INTO "runs" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5','grown','iron',8,'run','completed',22,'2026-01-02T03:13:25.000000Z','2026-01-02T03:14:14.000000Z',0,0,'drain',NULL,'complete',2,0);
INSERT INTO "runs" VALUES('01KDYB5NVGD1Y3EYWTMAXJXPS0','stuck','iron',5,'run','needs_review',23,'2026-01-02T03:14:21.000000Z','2026-01-02T03:14:49.000000Z',0,0,'drain',NULL,'stuck',2,0);
INSERT INTO "runs" VALUES('01KDYB6R18XAAJX742P53RRA0X','between two parts','iron',4,'run','running',24,'2026-01-02T03:14:56.000000Z',NULL,0,0,'drain',NULL,'growing',2,0);
INSERT INTO "runs" VALUES('01KDYB7KC8CESC81MN8QF13K4X','compacted','iron',5,'cancel','cancelled',25,'2026-01-02T03:15:24.000000Z','2026-01-02T03:15:52.000000Z',0,0,'drain',NULL,'complete',NULL,0);
INSERT INTO "runs" VALUES('01KDYBASXGSG8W63CBERMDQMJY','running','iron',11,'run','running',29,'2026-01-02T03:17:09.000000Z',NULL,0,0,'drain',NULL,'complete',NULL,0);
CREATE TABLE scenes (
    attempt_id INTEGER PRIMARY KEY REFERENCES attempts,
    scene TEXT NOT NULL
) STRICT;
INSERT INTO "scenes" VALUES(16,'{"step":"read the result","url":"/test/iron","title":"Iron condor","causes":["Mismatched: another delta"],"missing":{}}');
INSERT INTO "scenes" VALUES(17,'{"step":"read the result","url":"/test/iron","title":"Iron condor","causes":["Mismatched: another delta"],"missing":{}}');
INSERT INTO "scenes" VALUES(18,'{"step":"read the result","url":"/test/iron","title":"Iron condor","causes":["Mismatched: another delta"],"missing":{}}');
CREATE TABLE spares (
    attempt_id INTEGER PRIMARY KEY REFERENCES attempts,
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    metrics TEXT NOT NULL,
    extra TEXT NOT NULL,
    proof TEXT NOT NULL,
    config TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    FOREIGN KEY (run_id, idx) REFERENCES tasks
) STRICT;
CREATE TABLE specs (
    run_id TEXT PRIMARY KEY REFERENCES runs,
    spec TEXT NOT NULL
) STRICT;
INSERT INTO "specs" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ','{"sweep":{}}');
INSERT INTO "specs" VALUES('01KDYANN58MVNVTTFY57BPTGSG','{"sweep":{}}');
INSERT INTO "specs" VALUES('01KDYATBHR0XP8FC5H4QP1TZD0','{"sweep":{}}');
INSERT INTO "specs" VALUES('01KDYAW27R7Z0Z2ZYKEK3AAE3Q','{"sweep":{}}');
INSERT INTO "specs" VALUES('01KDYAXB88WTGGTHJ172K26CJN','{"sweep":{}}');
INSERT INTO "specs" VALUES('01KDYAY6K8BWPHSYRGYRM2ET4D','{"sweep":{}}');
INSERT INTO "specs" VALUES('01KDYAZ1Y87WFXWMKH01W19T52','{"sweep":{}}');
INSERT INTO "specs" VALUES('01KDYB2FA838D8PCZ9D1GQJPEE','{"sweep":{}}');
INSERT INTO "specs" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5','{"staged":{}}');
INSERT INTO "specs" VALUES('01KDYB5NVGD1Y3EYWTMAXJXPS0','{"staged":{}}');
INSERT INTO "specs" VALUES('01KDYB6R18XAAJX742P53RRA0X','{"staged":{}}');
INSERT INTO "specs" VALUES('01KDYB7KC8CESC81MN8QF13K4X','{"sweep":{}}');
INSERT INTO "specs" VALUES('01KDYBASXGSG8W63CBERMDQMJY','{"sweep":{}}');
CREATE TABLE tallies (
    run_id TEXT NOT NULL REFERENCES runs,
    state TEXT NOT NULL,
    tasks INTEGER NOT NULL CHECK (tasks >= 0),
    PRIMARY KEY (run_id, state)
) STRICT, WITHOUT ROWID;
INSERT INTO "tallies" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ','leased',0);
INSERT INTO "tallies" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ','ready',0);
INSERT INTO "tallies" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ','submitted',0);
INSERT INTO "tallies" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ','succeeded',3);
INSERT INTO "tallies" VALUES('01KDYANN58MVNVTTFY57BPTGSG','held',2);
INSERT INTO "tallies" VALUES('01KDYANN58MVNVTTFY57BPTGSG','invalid',1);
INSERT INTO "tallies" VALUES('01KDYANN58MVNVTTFY57BPTGSG','leased',0);
INSERT INTO "tallies" VALUES('01KDYANN58MVNVTTFY57BPTGSG','ready',0);
INSERT INTO "tallies" VALUES('01KDYANN58MVNVTTFY57BPTGSG','submitted',0);
INSERT INTO "tallies" VALUES('01KDYANN58MVNVTTFY57BPTGSG','succeeded',1);
INSERT INTO "tallies" VALUES('01KDYATBHR0XP8FC5H4QP1TZD0','cancelled',2);
INSERT INTO "tallies" VALUES('01KDYATBHR0XP8FC5H4QP1TZD0','leased',0);
INSERT INTO "tallies" VALUES('01KDYATBHR0XP8FC5H4QP1TZD0','ready',0);
INSERT INTO "tallies" VALUES('01KDYATBHR0XP8FC5H4QP1TZD0','retry_wait',0);
INSERT INTO "tallies" VALUES('01KDYATBHR0XP8FC5H4QP1TZD0','submitted',0);
INSERT INTO "tallies" VALUES('01KDYATBHR0XP8FC5H4QP1TZD0','succeeded',1);
INSERT INTO "tallies" VALUES('01KDYAW27R7Z0Z2ZYKEK3AAE3Q','leased',0);
INSERT INTO "tallies" VALUES('01KDYAW27R7Z0Z2ZYKEK3AAE3Q','ready',2);
INSERT INTO "tallies" VALUES('01KDYAW27R7Z0Z2ZYKEK3AAE3Q','submitted',0);
INSERT INTO "tallies" VALUES('01KDYAW27R7Z0Z2ZYKEK3AAE3Q','succeeded',1);
INSERT INTO "tallies" VALUES('01KDYAXB88WTGGTHJ172K26CJN','leased',0);
INSERT INTO "tallies" VALUES('01KDYAXB88WTGGTHJ172K26CJN','ready',2);
INSERT INTO "tallies" VALUES('01KDYAXB88WTGGTHJ172K26CJN','submitted',1);
INSERT INTO "tallies" VALUES('01KDYAY6K8BWPHSYRGYRM2ET4D','cancelled',1);
INSERT INTO "tallies" VALUES('01KDYAY6K8BWPHSYRGYRM2ET4D','leased',0);
INSERT INTO "tallies" VALUES('01KDYAY6K8BWPHSYRGYRM2ET4D','ready',0);
INSERT INTO "tallies" VALUES('01KDYAY6K8BWPHSYRGYRM2ET4D','submitted',1);
INSERT INTO "tallies" VALUES('01KDYAZ1Y87WFXWMKH01W19T52','held',0);
INSERT INTO "tallies" VALUES('01KDYAZ1Y87WFXWMKH01W19T52','invalid',1);
INSERT INTO "tallies" VALUES('01KDYAZ1Y87WFXWMKH01W19T52','leased',0);
INSERT INTO "tallies" VALUES('01KDYAZ1Y87WFXWMKH01W19T52','ready',0);
INSERT INTO "tallies" VALUES('01KDYAZ1Y87WFXWMKH01W19T52','submitted',0);
INSERT INTO "tallies" VALUES('01KDYAZ1Y87WFXWMKH01W19T52','succeeded',2);
INSERT INTO "tallies" VALUES('01KDYB2FA838D8PCZ9D1GQJPEE','leased',0);
INSERT INTO "tallies" VALUES('01KDYB2FA838D8PCZ9D1GQJPEE','ready',2);
INSERT INTO "tallies" VALUES('01KDYB2FA838D8PCZ9D1GQJPEE','submitted',0);
INSERT INTO "tallies" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5','leased',0);
INSERT INTO "tallies" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5','ready',0);
INSERT INTO "tallies" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5','submitted',0);
INSERT INTO "tallies" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5','succeeded',2);
INSERT INTO "tallies" VALUES('01KDYB5NVGD1Y3EYWTMAXJXPS0','held',1);
INSERT INTO "tallies" VALUES('01KDYB5NVGD1Y3EYWTMAXJXPS0','leased',0);
INSERT INTO "tallies" VALUES('01KDYB5NVGD1Y3EYWTMAXJXPS0','ready',0);
INSERT INTO "tallies" VALUES('01KDYB5NVGD1Y3EYWTMAXJXPS0','submitted',0);
INSERT INTO "tallies" VALUES('01KDYB6R18XAAJX742P53RRA0X','leased',0);
INSERT INTO "tallies" VALUES('01KDYB6R18XAAJX742P53RRA0X','ready',0);
INSERT INTO "tallies" VALUES('01KDYB6R18XAAJX742P53RRA0X','submitted',0);
INSERT INTO "tallies" VALUES('01KDYB6R18XAAJX742P53RRA0X','succeeded',1);
INSERT INTO "tallies" VALUES('01KDYB7KC8CESC81MN8QF13K4X','cancelled',1);
INSERT INTO "tallies" VALUES('01KDYB7KC8CESC81MN8QF13K4X','leased',0);
INSERT INTO "tallies" VALUES('01KDYB7KC8CESC81MN8QF13K4X','ready',0);
INSERT INTO "tallies" VALUES('01KDYB7KC8CESC81MN8QF13K4X','submitted',0);
INSERT INTO "tallies" VALUES('01KDYB7KC8CESC81MN8QF13K4X','succeeded',1);
INSERT INTO "tallies" VALUES('01KDYBASXGSG8W63CBERMDQMJY','leased',1);
INSERT INTO "tallies" VALUES('01KDYBASXGSG8W63CBERMDQMJY','ready',3);
INSERT INTO "tallies" VALUES('01KDYBASXGSG8W63CBERMDQMJY','retry_wait',1);
INSERT INTO "tallies" VALUES('01KDYBASXGSG8W63CBERMDQMJY','submitted',0);
INSERT INTO "tallies" VALUES('01KDYBASXGSG8W63CBERMDQMJY','succeeded',1);
CREATE TABLE tasks (
    run_id TEXT NOT NULL REFERENCES runs,
    idx INTEGER NOT NULL,
    state TEXT NOT NULL,
    not_before TEXT,
    "values" TEXT NOT NULL, forgiven_before INTEGER NOT NULL DEFAULT 0, fresh INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, idx),
    CHECK ((state = 'retry_wait') = (not_before IS NOT NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO "tasks" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ',0,'succeeded',NULL,'{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ',1,'succeeded',NULL,'{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ',2,'succeeded',NULL,'{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYANN58MVNVTTFY57BPTGSG',0,'held',NULL,'{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYANN58MVNVTTFY57BPTGSG',1,'invalid',NULL,'{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYANN58MVNVTTFY57BPTGSG',2,'held',NULL,'{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYANN58MVNVTTFY57BPTGSG',3,'succeeded',NULL,'{"delta":13,"delta.unit":"percent","label":"naïve 3","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYATBHR0XP8FC5H4QP1TZD0',0,'succeeded',NULL,'{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYATBHR0XP8FC5H4QP1TZD0',1,'cancelled',NULL,'{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYATBHR0XP8FC5H4QP1TZD0',2,'cancelled',NULL,'{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYAW27R7Z0Z2ZYKEK3AAE3Q',0,'succeeded',NULL,'{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYAW27R7Z0Z2ZYKEK3AAE3Q',1,'ready',NULL,'{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYAW27R7Z0Z2ZYKEK3AAE3Q',2,'ready',NULL,'{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYAXB88WTGGTHJ172K26CJN',0,'submitted',NULL,'{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYAXB88WTGGTHJ172K26CJN',1,'ready',NULL,'{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYAXB88WTGGTHJ172K26CJN',2,'ready',NULL,'{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYAY6K8BWPHSYRGYRM2ET4D',0,'submitted',NULL,'{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYAY6K8BWPHSYRGYRM2ET4D',1,'cancelled',NULL,'{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYAZ1Y87WFXWMKH01W19T52',0,'succeeded',NULL,'{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYAZ1Y87WFXWMKH01W19T52',1,'invalid',NULL,'{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYAZ1Y87WFXWMKH01W19T52',2,'succeeded',NULL,'{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}',18,0);
INSERT INTO "tasks" VALUES('01KDYB2FA838D8PCZ9D1GQJPEE',0,'ready',NULL,'{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYB2FA838D8PCZ9D1GQJPEE',1,'ready',NULL,'{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5',0,'succeeded',NULL,'{"delta":5,"delta.unit":"percent","label":"naïve","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5',1,'succeeded',NULL,'{"delta":6,"delta.unit":"percent","label":"naïve","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYB5NVGD1Y3EYWTMAXJXPS0',0,'held',NULL,'{"delta":5,"delta.unit":"percent","label":"naïve","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYB6R18XAAJX742P53RRA0X',0,'succeeded',NULL,'{"delta":5,"delta.unit":"percent","label":"naïve","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYB7KC8CESC81MN8QF13K4X',0,'succeeded',NULL,'{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYB7KC8CESC81MN8QF13K4X',1,'cancelled',NULL,'{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYBASXGSG8W63CBERMDQMJY',0,'succeeded',NULL,'{"delta":10,"delta.unit":"percent","label":"naïve 0","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYBASXGSG8W63CBERMDQMJY',1,'leased',NULL,'{"delta":11,"delta.unit":"percent","label":"naïve 1","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYBASXGSG8W63CBERMDQMJY',2,'retry_wait','2026-01-02T03:18:21.143863Z','{"delta":12,"delta.unit":"percent","label":"naïve 2","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYBASXGSG8W63CBERMDQMJY',3,'ready',NULL,'{"delta":13,"delta.unit":"percent","label":"naïve 3","is_on":true}',0,0);
INSERT INTO "tasks" VALUES('01KDYBASXGSG8W63CBERMDQMJY',4,'ready',NULL,'{"delta":14,"delta.unit":"percent","label":"naïve 4","is_on":false}',0,0);
INSERT INTO "tasks" VALUES('01KDYBASXGSG8W63CBERMDQMJY',5,'ready',NULL,'{"delta":15,"delta.unit":"percent","label":"naïve 5","is_on":true}',0,0);
CREATE TABLE tests (
    test_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    last_used_at TEXT
, config TEXT, alias TEXT NOT NULL DEFAULT '', removed_from TEXT CHECK (removed_from IN ('site', 'list'))) STRICT;
INSERT INTO "tests" VALUES('iron','Iron condor','/test/iron','2026-01-02T03:04:05.000000Z','2026-01-02T03:17:09.000000Z',NULL,'mine',NULL);
INSERT INTO "tests" VALUES('fly','Butterfly','/test/fly','2026-01-02T03:04:05.000000Z',NULL,NULL,'',NULL);
INSERT INTO "tests" VALUES('gone','Gone','/test/gone','2026-01-02T03:04:05.000000Z',NULL,NULL,'','site');
INSERT INTO "tests" VALUES('hidden','Hidden','/test/hidden','2026-01-02T03:04:05.000000Z',NULL,NULL,'','list');
CREATE TABLE tokens (
    name TEXT PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'control')),
    generation INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    last_used_at TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO "tokens" VALUES('laptop','e3316e2bafebb6103a3418e8778c0adc960d40213a03a7e7f4fcd3426ed807bf','read',1,'2026-01-02T03:16:48.000000Z','2026-01-02T03:04:05.000000Z','2026-01-02T03:16:55.000000Z');
CREATE TABLE trade_logs (
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    attempt_id INTEGER NOT NULL UNIQUE REFERENCES attempts,
    log_id INTEGER NOT NULL UNIQUE REFERENCES log_files,
    PRIMARY KEY (run_id, idx),
    FOREIGN KEY (run_id, idx) REFERENCES tasks
) STRICT, WITHOUT ROWID;
INSERT INTO "trade_logs" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ',0,1,1);
INSERT INTO "trade_logs" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ',1,2,2);
INSERT INTO "trade_logs" VALUES('01KDYAKGSRY52B1G8ZVV5S3KHQ',2,3,3);
INSERT INTO "trade_logs" VALUES('01KDYANN58MVNVTTFY57BPTGSG',3,10,4);
INSERT INTO "trade_logs" VALUES('01KDYATBHR0XP8FC5H4QP1TZD0',0,11,5);
INSERT INTO "trade_logs" VALUES('01KDYAW27R7Z0Z2ZYKEK3AAE3Q',0,13,6);
INSERT INTO "trade_logs" VALUES('01KDYAZ1Y87WFXWMKH01W19T52',2,19,7);
INSERT INTO "trade_logs" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5',0,21,8);
INSERT INTO "trade_logs" VALUES('01KDYB3Z5G0DDKZN13B69EVKT5',1,22,9);
INSERT INTO "trade_logs" VALUES('01KDYB6R18XAAJX742P53RRA0X',0,24,10);
INSERT INTO "trade_logs" VALUES('01KDYB7KC8CESC81MN8QF13K4X',0,25,11);
INSERT INTO "trade_logs" VALUES('01KDYBASXGSG8W63CBERMDQMJY',0,26,12);
CREATE TABLE trades (
    log_id INTEGER NOT NULL REFERENCES log_files,
    place INTEGER NOT NULL,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    contracts INTEGER,
    premium TEXT,
    closing_cost TEXT,
    pl TEXT NOT NULL,
    reason TEXT NOT NULL,
    strategy TEXT NOT NULL,
    legs TEXT NOT NULL,
    rest TEXT NOT NULL,
    PRIMARY KEY (log_id, place)
) STRICT, WITHOUT ROWID;
INSERT INTO "trades" VALUES(1,0,'2024-01-03T09:45:00','2024-01-03T16:00:00',1,'100','-40','137','Expired','Iron','1 Jan 3 4700 P STO 1.00','{"opening_price":"4720","closing_price":"4725","funds_at_close":"100137","margin":"5000","opening_fees":"2","closing_fees":"1","opening_ratio":"1","closing_ratio":"1","gap":"0","movement":"5","max_profit":"80","max_loss":"-20"}');
INSERT INTO "trades" VALUES(2,0,'2024-01-03T09:45:00','2024-01-03T16:00:00',1,'100','-40','137','Expired','Iron','1 Jan 3 4700 P STO 1.00','{"opening_price":"4720","closing_price":"4725","funds_at_close":"100137","margin":"5000","opening_fees":"2","closing_fees":"1","opening_ratio":"1","closing_ratio":"1","gap":"0","movement":"5","max_profit":"80","max_loss":"-20"}');
INSERT INTO "trades" VALUES(3,0,'2024-01-03T09:45:00','2024-01-03T16:00:00',1,'100','-40','137','Expired','Iron','1 Jan 3 4700 P STO 1.00','{"opening_price":"4720","closing_price":"4725","funds_at_close":"100137","margin":"5000","opening_fees":"2","closing_fees":"1","opening_ratio":"1","closing_ratio":"1","gap":"0","movement":"5","max_profit":"80","max_loss":"-20"}');
INSERT INTO "trades" VALUES(4,0,'2024-01-03T09:45:00','2024-01-03T16:00:00',1,'100','-40','137','Expired','Iron','1 Jan 3 4700 P STO 1.00','{"opening_price":"4720","closing_price":"4725","funds_at_close":"100137","margin":"5000","opening_fees":"2","closing_fees":"1","opening_ratio":"1","closing_ratio":"1","gap":"0","movement":"5","max_profit":"80","max_loss":"-20"}');
INSERT INTO "trades" VALUES(5,0,'2024-01-03T09:45:00','2024-01-03T16:00:00',1,'100','-40','137','Expired','Iron','1 Jan 3 4700 P STO 1.00','{"opening_price":"4720","closing_price":"4725","funds_at_close":"100137","margin":"5000","opening_fees":"2","closing_fees":"1","opening_ratio":"1","closing_ratio":"1","gap":"0","movement":"5","max_profit":"80","max_loss":"-20"}');
INSERT INTO "trades" VALUES(6,0,'2024-01-03T09:45:00','2024-01-03T16:00:00',1,'100','-40','137','Expired','Iron','1 Jan 3 4700 P STO 1.00','{"opening_price":"4720","closing_price":"4725","funds_at_close":"100137","margin":"5000","opening_fees":"2","closing_fees":"1","opening_ratio":"1","closing_ratio":"1","gap":"0","movement":"5","max_profit":"80","max_loss":"-20"}');
INSERT INTO "trades" VALUES(7,0,'2024-01-03T09:45:00','2024-01-03T16:00:00',1,'100','-40','137','Expired','Iron','1 Jan 3 4700 P STO 1.00','{"opening_price":"4720","closing_price":"4725","funds_at_close":"100137","margin":"5000","opening_fees":"2","closing_fees":"1","opening_ratio":"1","closing_ratio":"1","gap":"0","movement":"5","max_profit":"80","max_loss":"-20"}');
INSERT INTO "trades" VALUES(8,0,'2024-01-03T09:45:00','2024-01-03T16:00:00',1,'100','-40','137','Expired','Iron','1 Jan 3 4700 P STO 1.00','{"opening_price":"4720","closing_price":"4725","funds_at_close":"100137","margin":"5000","opening_fees":"2","closing_fees":"1","opening_ratio":"1","closing_ratio":"1","gap":"0","movement":"5","max_profit":"80","max_loss":"-20"}');
INSERT INTO "trades" VALUES(9,0,'2024-01-03T09:45:00','2024-01-03T16:00:00',1,'100','-40','137','Expired','Iron','1 Jan 3 4700 P STO 1.00','{"opening_price":"4720","closing_price":"4725","funds_at_close":"100137","margin":"5000","opening_fees":"2","closing_fees":"1","opening_ratio":"1","closing_ratio":"1","gap":"0","movement":"5","max_profit":"80","max_loss":"-20"}');
INSERT INTO "trades" VALUES(10,0,'2024-01-03T09:45:00','2024-01-03T16:00:00',1,'100','-40','137','Expired','Iron','1 Jan 3 4700 P STO 1.00','{"opening_price":"4720","closing_price":"4725","funds_at_close":"100137","margin":"5000","opening_fees":"2","closing_fees":"1","opening_ratio":"1","closing_ratio":"1","gap":"0","movement":"5","max_profit":"80","max_loss":"-20"}');
INSERT INTO "trades" VALUES(11,0,'2024-01-03T09:45:00','2024-01-03T16:00:00',1,'100','-40','137','Expired','Iron','1 Jan 3 4700 P STO 1.00','{"opening_price":"4720","closing_price":"4725","funds_at_close":"100137","margin":"5000","opening_fees":"2","closing_fees":"1","opening_ratio":"1","closing_ratio":"1","gap":"0","movement":"5","max_profit":"80","max_loss":"-20"}');
INSERT INTO "trades" VALUES(12,0,'2024-01-03T09:45:00','2024-01-03T16:00:00',1,'100','-40','137','Expired','Iron','1 Jan 3 4700 P STO 1.00','{"opening_price":"4720","closing_price":"4725","funds_at_close":"100137","margin":"5000","opening_fees":"2","closing_fees":"1","opening_ratio":"1","closing_ratio":"1","gap":"0","movement":"5","max_profit":"80","max_loss":"-20"}');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX runs_active ON runs (last_lease, run_id) WHERE ended_at IS NULL;
CREATE INDEX tasks_ready ON tasks (run_id, idx) WHERE state = 'ready';
CREATE INDEX tasks_waiting ON tasks (run_id, not_before, idx) WHERE state = 'retry_wait';
CREATE UNIQUE INDEX attempts_open ON attempts (run_id, idx) WHERE closed_at IS NULL;
CREATE INDEX attempts_of_task ON attempts (run_id, idx, outcome);
CREATE INDEX attempts_succeeded ON attempts (run_id, attempt_id) WHERE outcome = 'succeeded';
CREATE INDEX failures_of_task ON failures (run_id, idx, attempt_id);
CREATE INDEX events_of_run ON events (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX events_of_site ON events (type) WHERE type = 'site_condition_changed';
CREATE TRIGGER tasks_counted AFTER UPDATE OF state ON tasks WHEN OLD.state <> NEW.state BEGIN
    UPDATE tallies SET tasks = tasks - 1 WHERE run_id = OLD.run_id AND state = OLD.state;
    INSERT INTO tallies (run_id, state, tasks) VALUES (NEW.run_id, NEW.state, 1)
        ON CONFLICT (run_id, state) DO UPDATE SET tasks = tasks + 1;
END;
CREATE TRIGGER results_are_final BEFORE UPDATE ON results BEGIN SELECT RAISE(ABORT, 'a result is never changed'); END;
CREATE TRIGGER events_are_final BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
CREATE TRIGGER charts_are_final BEFORE UPDATE ON charts BEGIN SELECT RAISE(ABORT, 'a chart is never changed'); END;
CREATE TRIGGER log_files_are_final BEFORE UPDATE ON log_files BEGIN SELECT RAISE(ABORT, 'a file is never changed'); END;
CREATE TRIGGER trade_logs_are_final BEFORE UPDATE ON trade_logs BEGIN SELECT RAISE(ABORT, 'a trade log is never changed'); END;
CREATE TRIGGER imports_are_final BEFORE UPDATE ON imports BEGIN SELECT RAISE(ABORT, 'an import is never changed'); END;
CREATE TRIGGER trades_are_final BEFORE UPDATE ON trades BEGIN SELECT RAISE(ABORT, 'a trade is never changed'); END;
CREATE INDEX evidence_on_disk ON evidence (attempt_id, bytes) WHERE dropped_at IS NULL;
CREATE TRIGGER quarantine_is_final BEFORE UPDATE ON quarantine
BEGIN SELECT RAISE(ABORT, 'quarantined figures are never changed'); END;
CREATE INDEX runs_ended ON runs (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX events_of_no_run ON events (seq) WHERE run_id IS NULL;
CREATE TRIGGER runs_grow_again AFTER UPDATE OF state ON tasks WHEN OLD.state <> NEW.state BEGIN
    UPDATE runs SET growing = 'growing' WHERE run_id = NEW.run_id AND growing = 'stuck';
END;
CREATE INDEX answers_by_key ON answers (key, attempt_id) WHERE revoked_at IS NULL;
CREATE INDEX answers_of_test ON answers (test_id, scope, fingerprint) WHERE revoked_at IS NULL;
CREATE TRIGGER spares_are_final BEFORE UPDATE ON spares BEGIN SELECT RAISE(ABORT, 'a result is never changed'); END;
CREATE TRIGGER reuses_are_final BEFORE UPDATE ON reuses BEGIN SELECT RAISE(ABORT, 'where a result came from is never changed'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',151);
INSERT INTO "sqlite_sequence" VALUES('attempts',29);
INSERT INTO "sqlite_sequence" VALUES('log_files',12);
COMMIT;
